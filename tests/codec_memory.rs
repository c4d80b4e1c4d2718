//! What the codec allocates: nothing where nothing is needed, never more than its limits.
//!
//! One test, because the allocator counts for the whole process.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

use bytes::{Bytes, BytesMut};
use sse_codec::{Decoder, Encode, Event, EventId, EventType, Limits};
use sse_tests::counting_allocator::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

const CHAT: &[u8] = b"id: 1234\nevent: stats\ndata: {\"load\":0.25,\"users\":42}\n\n";

#[test]
fn the_codec_allocates_what_it_must_and_no_more() {
    decoding_an_event_in_one_chunk_allocates_nothing();
    decoding_stays_inside_the_limits();
    a_long_line_in_small_pieces_is_copied_a_few_times_only();
    what_a_large_event_took_is_given_back();
    owned_events_leave_no_more_behind();
    encoding_allocates_once_or_not_at_all();
}

fn decoding_an_event_in_one_chunk_allocates_nothing() {
    let inherited =
        b"data: no id of its own\n\n: comment\n\r\ndata\r\rretry: 5\ndata: \xC3\xA9\n\n";
    let chunk = Bytes::from([CHAT.repeat(100), inherited.to_vec()].concat());
    let mut decoder = Decoder::new();
    let mut borrowed = |chunk: &Bytes| {
        let mut input = &chunk[..];
        let mut items = 0;
        while let Some(item) = decoder.decode(&mut input).unwrap() {
            std::hint::black_box(item);
            items += 1;
        }
        items
    };
    // The first time, the last event ID gets its buffer.
    borrowed(&chunk);
    let (items, allocated) = ALLOCATOR.count(|| borrowed(&chunk));
    assert_eq!((items, allocated.allocations), (104, 0));

    let owned = |decoder: &mut Decoder, chunk: &Bytes| {
        let mut input = chunk.clone();
        let mut items = 0;
        while let Some(item) = decoder.decode_bytes(&mut input).unwrap() {
            std::hint::black_box(&item);
            items += 1;
        }
        items
    };
    // Bytes from a `Vec` allocate their reference count when they are first shared.
    let shared = chunk.clone();
    let (items, allocated) = ALLOCATOR.count(|| owned(&mut decoder, &shared));
    assert_eq!(items, 104);
    // One for the last event ID, which three events inherit.
    assert_eq!(allocated.allocations, 1);
}

fn decoding_stays_inside_the_limits() {
    const LINE: usize = 10_000;
    const EVENT: usize = 30_000;
    let limits = Limits::default()
        .with_max_line_bytes(LINE)
        .with_max_event_bytes(EVENT)
        .with_max_retained_bytes(1000);
    let endless_line = vec![b'x'; 1_000_000];
    let endless_event = b"data: many lines, and never a blank one\n".repeat(25_000);
    let endless_id = [b"id: ".to_vec(), vec![b'7'; 1_000_000]].concat();
    let large_events = [b"data: ".to_vec(), vec![b'x'; 9_000], b"\n\n".to_vec()]
        .concat()
        .repeat(50);
    for stream in [&endless_line, &endless_event, &endless_id, &large_events] {
        for length in [1, 100, 1400, 1_000_000] {
            let mut decoder = Decoder::new().with_limits(limits);
            let ((), allocated) = ALLOCATOR.count(|| {
                for mut chunk in stream.chunks(length) {
                    while !matches!(decoder.decode(&mut chunk), Ok(None)) {}
                }
            });
            // Buffers grow by doubling, and while one grows the old one is still there.
            assert!(allocated.peak_bytes <= 3 * (LINE + EVENT), "{allocated:?}");
        }
    }
}

fn a_long_line_in_small_pieces_is_copied_a_few_times_only() {
    const LENGTH: usize = 64 * 1024 * 1024;
    // In a debug build one byte at a time takes its time.
    for (length, piece) in [(LENGTH, 16 * 1024), (LENGTH / 16, 1)] {
        let mut decoder = Decoder::new().with_limits(Limits::unlimited());
        let piece = vec![b'x'; piece];
        let (data, allocated) = ALLOCATOR.count(|| {
            assert!(decoder.decode(&mut &b"data:"[..]).unwrap().is_none());
            for _ in 0..length / piece.len() {
                assert!(decoder.decode(&mut &piece[..]).unwrap().is_none());
            }
            let mut end = &b"\n\n"[..];
            let Some(sse_codec::ItemRef::Event(event)) = decoder.decode(&mut end).unwrap() else {
                panic!("no event");
            };
            event.data().len()
        });
        assert_eq!(data, length);
        // Doubling: each byte is copied into a new buffer less than twice on average.
        assert!(allocated.bytes <= 5 * length, "{allocated:?}");
        assert!(allocated.allocations < 60, "{allocated:?}");
    }
}

fn what_a_large_event_took_is_given_back() {
    let limits = Limits::unlimited().with_max_retained_bytes(4096);
    let large =
        |field: &str, end: &str| [field.as_bytes(), &vec![b'x'; 500_000], end.as_bytes()].concat();
    let small = b"id: 7\n:small\ndata: small\n\n".to_vec();
    for large in [
        large("data: ", "\n").repeat(4),
        large("id: ", "\n\n"),
        large("event: ", "\ndata\n\n"),
        large(":", "\n"),
        large("unknown: ", "\n"),
    ] {
        let stream = [&large[..], b"\n", &small].concat();
        for length in [1400, 100_000, usize::MAX] {
            let mut decoder = Decoder::new().with_limits(limits).with_comments(true);
            let ((), allocated) = ALLOCATOR.count(|| {
                for mut chunk in stream.chunks(length) {
                    while decoder.decode(&mut chunk).unwrap().is_some() {}
                }
            });
            assert!(allocated.kept_bytes <= 5 * 4096, "{length}: {allocated:?}");
            assert_eq!(decoder.last_event_id(), "7");
        }
    }
}

fn owned_events_leave_no_more_behind() {
    for (cap, event, piece) in [(262_144, 200_000, 1400), (1000, 900, 100), (1000, 600, 100)] {
        let limits = Limits::default().with_max_retained_bytes(cap);
        let stream = [b"data: ".to_vec(), vec![b'x'; event], b"\n\n".to_vec()].concat();
        let chunks: Vec<Bytes> = stream.chunks(piece).map(Bytes::copy_from_slice).collect();
        let mut decoder = Decoder::new().with_limits(limits);
        let ((), allocated) = ALLOCATOR.count(|| {
            for mut chunk in chunks.iter().cloned() {
                while decoder.decode_bytes(&mut chunk).unwrap().is_some() {}
            }
            assert_eq!(decoder.decode_bytes(&mut Bytes::new()).unwrap(), None);
        });
        // What the reference counts of the chunks and of the buffer take comes on top.
        let counts = 64 * (chunks.len() + 2);
        assert!(allocated.kept_bytes <= cap + counts, "{cap}: {allocated:?}");
    }
}

fn encoding_allocates_once_or_not_at_all() {
    const STATS: EventType<'static> = EventType::from_static("stats");
    let id = "1234".to_owned();
    for data in ["{\"load\":0.25}", "two\nlines\r\nthree", ""] {
        let event = || {
            Event::builder(data)
                .event_type(STATS)
                .id(EventId::try_from(&*id).unwrap())
        };
        let (frame, allocated) = ALLOCATOR.count(|| event().to_frame());
        assert_eq!(
            (allocated.allocations, allocated.bytes),
            (1, frame.as_bytes().len())
        );

        let mut buffer = BytesMut::with_capacity(1024);
        let ((), allocated) = ALLOCATOR.count(|| event().encode(&mut buffer));
        assert_eq!(allocated.allocations, 0);
        let (shared, allocated) = ALLOCATOR.count(|| frame.clone());
        assert_eq!((shared, allocated.allocations), (frame, 1));
    }
}
