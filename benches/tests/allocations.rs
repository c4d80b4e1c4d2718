//! Counts allocations: a promise of the decoder and the encoder, not a measurement.

#![expect(unsafe_code, reason = "an allocator cannot be written without")]

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::Cell,
};
use std::alloc::System;

use bytes::{Bytes, BytesMut};
use sse_benches::corpus::{Chunking, Corpus};
use sse_codec::{Decoder, Encode as _, Event, EventId, EventType, Item};

thread_local! {
    /// Tests run in threads: each counts its own.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: hands everything to the system's allocator, and a counter without a destructor is safe
// to reach at any time.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations<T>(work: impl FnOnce() -> T) -> usize {
    let before = ALLOCATIONS.get();
    // The compiler may leave out an allocation that nobody looks at.
    let result = core::hint::black_box(work());
    let after = ALLOCATIONS.get();
    drop(result);
    after - before
}

fn decode_borrowed(decoder: &mut Decoder, chunks: &[Bytes]) -> usize {
    let mut items = 0;
    for chunk in chunks {
        let mut input = &chunk[..];
        while let Some(item) = decoder.decode(&mut input).expect("no limits are met") {
            core::hint::black_box(item);
            items += 1;
        }
    }
    items
}

fn decode_owned(decoder: &mut Decoder, chunks: &[Bytes]) -> usize {
    let mut items = 0;
    for chunk in chunks {
        let mut input = chunk.clone();
        while let Some(item) = decoder.decode_bytes(&mut input).expect("no limits are met") {
            let Item::Event(event) = core::hint::black_box(item) else {
                continue;
            };
            core::hint::black_box(event.data());
            items += 1;
        }
    }
    items
}

/// The corpora whose events have one data line.
const ONE_DATA_LINE: [&str; 4] = ["llm", "chat", "tiny", "crlf"];

/// What a decoder may allocate before its buffers have their size.
const BUFFERS: usize = 16;

#[test]
fn allocations_are_counted() {
    assert_eq!(allocations(|| ()), 0);
    assert_eq!(allocations(|| Box::new(7)), 1);
    assert_eq!(allocations(|| [String::from("a"), String::from("b")]), 2);
}

#[test]
fn the_borrowed_face_allocates_nothing_for_events_within_a_chunk() {
    for name in ONE_DATA_LINE {
        let corpus = Corpus::generate(name).unwrap();
        for chunking in [Chunking::Whole, Chunking::Event] {
            let chunks = corpus.cut(chunking);
            let mut decoder = Decoder::new();
            let cold = allocations(|| decode_borrowed(&mut decoder, &chunks));
            assert!(
                cold <= BUFFERS,
                "{name}, {}: {cold} at first",
                chunking.name()
            );
            decoder.reset();
            let warm = allocations(|| decode_borrowed(&mut decoder, &chunks));
            assert_eq!(warm, 0, "{name}, {}", chunking.name());
        }
    }
}

#[test]
fn the_borrowed_face_reuses_its_buffers_for_events_across_chunks() {
    for name in ["llm", "chat", "tiny", "patches", "crlf"] {
        let corpus = Corpus::generate(name).unwrap();
        for chunking in [
            Chunking::Size(16 << 10),
            Chunking::Size(1400),
            Chunking::Size(64),
        ] {
            let chunks = corpus.cut(chunking);
            let mut decoder = Decoder::new();
            let cold = allocations(|| decode_borrowed(&mut decoder, &chunks));
            assert!(
                cold <= BUFFERS,
                "{name}, {}: {cold} at first",
                chunking.name()
            );
            decoder.reset();
            let warm = allocations(|| decode_borrowed(&mut decoder, &chunks));
            assert_eq!(warm, 0, "{name}, {}", chunking.name());
        }
    }
}

#[test]
fn the_owned_face_allocates_nothing_for_events_within_a_chunk() {
    for name in ONE_DATA_LINE {
        let corpus = Corpus::generate(name).unwrap();
        for chunking in [Chunking::Whole, Chunking::Event] {
            let chunks = corpus.cut(chunking);
            let mut decoder = Decoder::new();
            assert!(decode_owned(&mut decoder, &chunks) > 0);
            decoder.reset();
            let warm = allocations(|| decode_owned(&mut decoder, &chunks));
            assert_eq!(warm, 0, "{name}, {}", chunking.name());
        }
    }
}

/// An event across chunks has text of its own: a piece of storage, and its count of owners.
#[test]
fn the_owned_face_allocates_twice_at_most_for_an_event_across_chunks() {
    let corpus = Corpus::generate("llm").unwrap();
    let chunks = corpus.cut(Chunking::Size(16 << 10));
    let mut decoder = Decoder::new();
    decode_owned(&mut decoder, &chunks);
    decoder.reset();
    let warm = allocations(|| decode_owned(&mut decoder, &chunks));
    assert!(
        warm <= 2 * chunks.len(),
        "{warm} for {} chunks",
        chunks.len()
    );
}

fn with_event(work: impl Fn(&dyn Fn() -> sse_codec::EventBuilder<'static>)) {
    for data in [
        "x",
        "one line of some length, as tokens are",
        "several\nlines\n\nof text",
    ] {
        work(&|| {
            Event::builder(data)
                .id(EventId::try_from("17180001").expect("a valid id"))
                .event_type(EventType::from_static("presence"))
        });
    }
}

#[test]
fn a_frame_is_one_allocation() {
    with_event(|event| {
        let frame = event().to_frame();
        assert_eq!(allocations(|| event().to_frame()), 1);
        // Sharing it adds the count of its owners, once.
        let shares = allocations(|| [(); 100].map(|()| frame.clone()));
        assert!(shares <= 1, "{shares} for a hundred shares");
    });
}

#[test]
fn a_buffer_with_room_is_not_grown() {
    with_event(|event| {
        let mut buffer = BytesMut::with_capacity(4096);
        assert_eq!(allocations(|| event().encode(&mut buffer)), 0);
        assert_eq!(buffer.len(), event().encoded_len());
    });
}
