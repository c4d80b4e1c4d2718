//! Encoders that are wrong.

use sse_tests::{
    fuzz,
    oracle::{
        Chunking, EncodeBlock, Encoded, Sent, Verdict, check_injection_of, check_round_trip_of,
    },
};

/// Texts with what an encoder can get wrong. The seeds bring many more, as data.
const TEXTS: [&str; 16] = [
    "",
    " ",
    "a",
    " a",
    "a\n",
    "\n",
    "\r",
    "\r\n",
    "a\nb",
    "a\rb",
    "a\r\nb",
    "a\n\ndata: b",
    "a\0b",
    "a\u{85}b\u{2028}c",
    "\u{e9}",
    "1700",
];

/// A plain encoder, right or with one mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    None,
    LoneCrIsText,
    CrLfSplitsTwice,
    SplitsAtUnicodeLineEnds,
    TrailingLineEndLost,
    EmptyDataNotWritten,
    LeadingSpaceLost,
    DataTrimmed,
    CommentNotSplit,
    IdUnchecked,
    EmptyIdNotWritten,
    EventTypeUnchecked,
    RetryInSeconds,
    BlankLineForgotten,
    LengthInCharacters,
    LengthWithoutTheBlankLine,
}
use Mistake as M;

/// Which property must catch it: the round trip; injection.
const MISTAKES: [(Mistake, bool, bool); 15] = [
    (M::LoneCrIsText, true, true),
    (M::CrLfSplitsTwice, true, false),
    (M::SplitsAtUnicodeLineEnds, true, false),
    (M::TrailingLineEndLost, true, false),
    (M::EmptyDataNotWritten, true, true),
    (M::LeadingSpaceLost, true, false),
    (M::DataTrimmed, true, false),
    (M::CommentNotSplit, true, true),
    (M::IdUnchecked, true, true),
    (M::EmptyIdNotWritten, true, false),
    (M::EventTypeUnchecked, true, true),
    (M::RetryInSeconds, true, false),
    (M::BlankLineForgotten, true, true),
    (M::LengthInCharacters, true, false),
    (M::LengthWithoutTheBlankLine, true, false),
];

fn lines(text: &str, mistake: Mistake) -> Vec<String> {
    let text = match mistake {
        M::CrLfSplitsTwice => text.replace('\r', "\n"),
        M::LoneCrIsText => text.replace("\r\n", "\n"),
        M::SplitsAtUnicodeLineEnds => text.replace(['\u{85}', '\u{2028}'], "\n"),
        _ => text.to_owned(),
    };
    let text = match mistake {
        M::LoneCrIsText => text,
        _ => text.replace("\r\n", "\n").replace('\r', "\n"),
    };
    match mistake {
        M::TrailingLineEndLost if !text.is_empty() => text.lines().map(str::to_owned).collect(),
        M::DataTrimmed => text.trim().split('\n').map(str::to_owned).collect(),
        _ => text.split('\n').map(str::to_owned).collect(),
    }
}

fn encode(block: &Sent, mistake: Mistake) -> Encoded {
    let mut text = String::new();
    let mut field = |name: &str, value: &str| {
        let space = if mistake == M::LeadingSpaceLost {
            ""
        } else {
            " "
        };
        text.extend([name, ":", space, value, "\n"]);
    };
    match &block.comment {
        Some(comment) if mistake == M::CommentNotSplit => field("", comment),
        Some(comment) => lines(comment, mistake)
            .iter()
            .for_each(|line| field("", line)),
        None => {}
    }
    if let Some(milliseconds) = block.retry_milliseconds {
        let seconds = if mistake == M::RetryInSeconds {
            1000
        } else {
            1
        };
        field("retry", &(milliseconds / seconds).to_string());
    }
    let checked_id = block.valid_id().map(|id| id.as_str().to_owned());
    let id = if mistake == M::IdUnchecked {
        block.id.clone()
    } else {
        checked_id
    };
    match id.as_deref() {
        Some("") if mistake == M::EmptyIdNotWritten => {}
        Some(id) => field("id", id),
        None => {}
    }
    let checked_type = block
        .valid_event_type()
        .map(|text| text.as_str().to_owned());
    let unchecked = mistake == M::EventTypeUnchecked;
    let event_type = if unchecked {
        block.event_type.clone()
    } else {
        checked_type
    };
    if let Some(event_type) = event_type {
        field("event", &event_type);
    }
    if !(mistake == M::EmptyDataNotWritten && block.data.is_empty()) {
        lines(&block.data, mistake)
            .iter()
            .for_each(|line| field("data", line));
    }
    if mistake != M::BlankLineForgotten {
        text.push('\n');
    }
    Encoded {
        encoded_len: match mistake {
            M::LengthInCharacters => text.chars().count(),
            M::LengthWithoutTheBlankLine => text.len() - 1,
            _ => text.len(),
        },
        bytes: text.into_bytes(),
    }
}

/// Each text in each place, and then the seeds.
fn round_trips(encode: EncodeBlock<'_>) -> impl Iterator<Item = Verdict> {
    let of_text = |text: &str| {
        let some = || Some(text.to_owned());
        let block = |data: &str| Sent {
            data: data.to_owned(),
            ..Sent::default()
        };
        vec![
            Sent {
                retry_milliseconds: Some(1500),
                ..block(text)
            },
            Sent {
                comment: some(),
                ..block("x")
            },
            Sent {
                id: some(),
                ..block("x")
            },
            Sent {
                event_type: some(),
                ..block("x")
            },
        ]
    };
    let texts = TEXTS.map(|text| (Chunking::new([3]), of_text(text)));
    let seeds = fuzz::seeds("round_trip").into_iter().map(|seed| {
        let (chunking, blocks) = Chunking::from_fuzz(&seed);
        (chunking, Sent::from_fuzz(blocks))
    });
    let inputs = texts.into_iter().chain(seeds);
    inputs.map(move |(chunking, blocks)| check_round_trip_of(encode, &blocks, &chunking))
}

fn injections(encode: EncodeBlock<'_>) -> impl Iterator<Item = Verdict> {
    let seeds = fuzz::seeds("injection").into_iter();
    let texts = seeds.map(|seed| String::from_utf8_lossy(&seed).into_owned());
    let all = TEXTS.map(str::to_owned).into_iter().chain(texts);
    all.map(move |text| check_injection_of(encode, &text))
}

#[test]
fn the_plain_encoder_is_right() {
    let encode = |block: &Sent| encode(block, M::None);
    for verdict in round_trips(&encode).chain(injections(&encode)) {
        verdict.unwrap();
    }
}

#[test]
fn every_mistake_of_an_encoder_is_caught() {
    let mut passed = Vec::new();
    for (mistake, by_round_trip, by_injection) in MISTAKES {
        let encode = |block: &Sent| encode(block, mistake);
        if by_round_trip && round_trips(&encode).all(|verdict| verdict.is_ok()) {
            passed.push(("round trip", mistake));
        }
        if by_injection && injections(&encode).all(|verdict| verdict.is_ok()) {
            passed.push(("injection", mistake));
        }
    }
    assert_eq!(passed, []);
}
