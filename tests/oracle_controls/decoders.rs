//! Decoders that are wrong: the real one behind a mistake.

use bytes::{Bytes, BytesMut};
use sse_codec::{DecodeError, Decoder, EventId, Limits, Utf8Policy};
use sse_tests::{
    fuzz,
    oracle::{
        Chunking, DecodeChunks, Face, Outcome, Verdict, check_differential_of, check_limits_of,
        check_reconnection_of, decode,
    },
};

/// A stream and chunks which the seeds have not: a BOM at the start of a chunk that is not first.
const BOM_LATER: (&[u8], [usize; 1]) = (b"data: \xEF\xBB\xBFx\n\n", [6]);

type Reset = fn(&mut Decoder);

type Decode = fn(Face, Decoder, &[Bytes]) -> (Vec<Outcome>, String);

/// Which property must catch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Both,
    Differential,
    Limits,
}

/// The real decoder behind a mistake.
const MISTAKES: [(&str, By, Decode); 18] = [
    (
        "the last CR of a chunk is lost",
        By::Both,
        |face, decoder, chunks| {
            let cut = |chunk: &Bytes| chunk.slice(..chunk.len() - usize::from(ends_in_cr(chunk)));
            decode(face, decoder, &chunks.iter().map(cut).collect::<Vec<_>>())
        },
    ),
    (
        "a CR at the end of a chunk waits for the next chunk",
        By::Both,
        |face, decoder, chunks| {
            let mut held = BytesMut::new();
            let mut late = Vec::new();
            for chunk in chunks {
                held.extend_from_slice(chunk);
                let length = held.len() - usize::from(ends_in_cr(&held));
                late.push(held.split_to(length).freeze());
            }
            decode(face, decoder, &late)
        },
    ),
    (
        "a chunk waits for the next one",
        By::Both,
        |face, decoder, chunks| {
            decode(
                face,
                decoder,
                chunks.split_last().map_or(&[], |(_, early)| early),
            )
        },
    ),
    (
        "the end of a chunk is a line end",
        By::Both,
        |face, decoder, chunks| {
            let ended = |chunk: &Bytes| Bytes::from([chunk, &b"\n"[..]].concat());
            decode(face, decoder, &chunks.iter().map(ended).collect::<Vec<_>>())
        },
    ),
    (
        "a CR LF over two chunks is two line ends",
        By::Both,
        |face, decoder, chunks| {
            let ended = |chunk: &Bytes| match &chunk[..] {
                [line @ .., b'\r'] => Bytes::from([line, b"\n"].concat()),
                _ => chunk.clone(),
            };
            decode(face, decoder, &chunks.iter().map(ended).collect::<Vec<_>>())
        },
    ),
    (
        "UTF-8 is read chunk by chunk",
        By::Both,
        |face, decoder, chunks| {
            let read = |chunk: &Bytes| Bytes::from(String::from_utf8_lossy(chunk).into_owned());
            decode(face, decoder, &chunks.iter().map(read).collect::<Vec<_>>())
        },
    ),
    (
        "a BOM goes from every chunk",
        By::Both,
        |face, decoder, chunks| {
            let without = |chunk: &Bytes| {
                chunk.slice(
                    if chunk.starts_with(b"\xEF\xBB\xBF") {
                        3
                    } else {
                        0
                    }..,
                )
            };
            decode(
                face,
                decoder,
                &chunks.iter().map(without).collect::<Vec<_>>(),
            )
        },
    ),
    (
        "the end of the stream dispatches",
        By::Both,
        |face, decoder, chunks| {
            let end = Bytes::from_static(b"\n\n");
            decode(face, decoder, &[chunks, &[end]].concat())
        },
    ),
    (
        "the last item is lost",
        By::Both,
        |face, decoder, chunks| {
            let (mut outcomes, id) = decode(face, decoder, chunks);
            outcomes.pop();
            (outcomes, id)
        },
    ),
    (
        "the last event ID is not told",
        By::Both,
        |face, decoder, chunks| (decode(face, decoder, chunks).0, String::new()),
    ),
    (
        "one face loses an item",
        By::Both,
        |face, decoder, chunks| {
            let (mut outcomes, id) = decode(face, decoder, chunks);
            if face == Face::Body {
                outcomes.pop();
            }
            (outcomes, id)
        },
    ),
    (
        "comments are always told",
        By::Differential,
        |face, decoder, chunks| decode(face, decoder.with_comments(true), chunks),
    ),
    ("always strict", By::Both, |face, decoder, chunks| {
        decode(face, decoder.with_utf8(Utf8Policy::Strict), chunks)
    }),
    ("never strict", By::Limits, |face, decoder, chunks| {
        decode(face, decoder.with_utf8(Utf8Policy::Replace), chunks)
    }),
    ("no limits", By::Limits, |face, decoder, chunks| {
        decode(face, decoder.with_limits(Limits::unlimited()), chunks)
    }),
    (
        "an error is not told",
        By::Limits,
        |face, decoder, chunks| {
            let (mut outcomes, id) = decode(face, decoder, chunks);
            outcomes.retain(|outcome| matches!(outcome, Outcome::Item(_)));
            (outcomes, id)
        },
    ),
    (
        "the position is one too many",
        By::Limits,
        |face, decoder, chunks| {
            with_errors(decode(face, decoder, chunks), |at_byte, _| *at_byte += 1)
        },
    ),
    (
        "an error forgets the id",
        By::Limits,
        |face, decoder, chunks| {
            with_errors(decode(face, decoder, chunks), |_, event_id| {
                *event_id = None
            })
        },
    ),
];

fn ends_in_cr(chunk: &[u8]) -> bool {
    chunk.ends_with(b"\r")
}

/// The same with every error changed: its position, and the id it tells.
fn with_errors(
    (mut outcomes, id): (Vec<Outcome>, String),
    change: fn(&mut u64, &mut Option<Box<str>>),
) -> (Vec<Outcome>, String) {
    for outcome in &mut outcomes {
        match outcome {
            Outcome::Error(
                DecodeError::LineTooLong {
                    at_byte, event_id, ..
                }
                | DecodeError::EventTooLarge {
                    at_byte, event_id, ..
                }
                | DecodeError::InvalidUtf8 { at_byte, event_id },
            ) => change(at_byte, event_id),
            Outcome::Error(error) => panic!("an error this test does not know: {error}"),
            Outcome::Item(_) => {}
        }
    }
    (outcomes, id)
}

/// The streams of the seeds of `decode`.
fn streams() -> Vec<(Chunking, Vec<u8>)> {
    let seeds = fuzz::seeds("decode").into_iter();
    let mut streams: Vec<(Chunking, Vec<u8>)> = seeds
        .map(|seed| {
            let (chunking, stream) = Chunking::from_fuzz(&seed);
            (chunking, stream.to_vec())
        })
        .collect();
    streams.push((Chunking::new(BOM_LATER.1), BOM_LATER.0.to_vec()));
    streams
}

fn differentials(decode: DecodeChunks<'_>) -> impl Iterator<Item = Verdict> {
    streams()
        .into_iter()
        .map(move |(chunking, stream)| check_differential_of(decode, &stream, &chunking))
}

fn limits(decode: DecodeChunks<'_>) -> impl Iterator<Item = Verdict> {
    let seeds = fuzz::seeds("limits").into_iter().map(|seed| {
        let (chunking, stream) = Chunking::from_fuzz(&seed[2..]);
        (
            usize::from(seed[0]),
            usize::from(seed[1]),
            chunking,
            stream.to_vec(),
        )
    });
    let more = streams()
        .into_iter()
        .map(|(chunking, stream)| (255, 255, chunking, stream));
    seeds
        .chain(more)
        .map(move |(line, event, chunking, stream)| {
            check_limits_of(decode, &stream, &chunking, line, event)
        })
}

#[test]
fn the_real_decoder_is_right() {
    for verdict in differentials(&decode).chain(limits(&decode)) {
        verdict.unwrap();
    }
}

#[test]
fn every_mistake_of_a_decoder_is_caught() {
    let mut passed = Vec::new();
    for (mistake, by, decode) in MISTAKES {
        if by != By::Limits && differentials(&decode).all(|verdict| verdict.is_ok()) {
            passed.push(("differential", mistake));
        }
        if by != By::Differential && limits(&decode).all(|verdict| verdict.is_ok()) {
            passed.push(("limits", mistake));
        }
    }
    assert_eq!(passed, []);
}

#[test]
fn every_mistake_of_a_reset_is_caught() {
    const RESETS: [(&str, Reset); 4] = [
        ("nothing is reset", |_| {}),
        ("the last event ID is forgotten", |decoder| {
            decoder.reset_with_last_event_id(&EventId::RESET);
        }),
        ("an unfinished event is dispatched", |decoder| {
            let _ = decoder.decode(&mut &b"\n\n"[..]);
            decoder.reset();
        }),
        ("a BOM cannot come again", |decoder| {
            decoder.reset();
            let _ = decoder.decode(&mut &b"\n"[..]);
        }),
    ];
    for (mistake, reset) in RESETS {
        let mut verdicts = streams()
            .into_iter()
            .map(|(chunking, stream)| check_reconnection_of(&reset, &stream, &chunking));
        assert!(verdicts.any(|verdict| verdict.is_err()), "{mistake}");
    }
}
