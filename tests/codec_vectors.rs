//! Every test vector through every face of the decoder, cut in every way.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

use sse_codec::{Decoder, EventId, Limits};
use sse_tests::{
    oracle::{Chunking, Face, Outcome, decode},
    vectors::{self, Vector},
};

fn decoder(vector: &Vector) -> Decoder {
    let limits = Limits::default()
        .with_max_line_bytes(vector.max_line_bytes.unwrap_or(usize::MAX))
        .with_max_event_bytes(vector.max_event_bytes.unwrap_or(usize::MAX));
    let mut decoder = Decoder::new().with_limits(limits).with_comments(true);
    let id = EventId::without_header_check(&*vector.initial_last_event_id).unwrap();
    decoder.reset_with_last_event_id(&id);
    decoder
}

fn expected(vector: &Vector) -> (Vec<Outcome>, String) {
    let said = |outcome| {
        let line = vector.max_line_bytes.unwrap_or(usize::MAX);
        Outcome::of_reference(outcome, line, vector.max_event_bytes.unwrap_or(usize::MAX))
    };
    let outcomes = vector.expect.items.iter().cloned().map(said).collect();
    (outcomes, vector.expect.last_event_id.clone())
}

#[test]
fn every_vector_is_decoded_as_expected_however_it_is_cut() {
    let vectors = vectors::all();
    assert!(vectors.len() >= 150);
    for vector in &vectors {
        let expected = expected(vector);
        let mut cuts: Vec<Chunking> = (1..=8).map(|length| Chunking::new([length])).collect();
        // In two at every place, with an empty chunk in between, and whole.
        cuts.extend((0..=vector.input.len()).map(|at| Chunking::new([at, 0, usize::MAX])));
        for chunking in &cuts {
            let chunks = chunking.cut(&vector.input);
            for face in Face::ALL {
                let decoded = decode(face, decoder(vector), &chunks);
                let shown = vector.input.escape_ascii();
                assert_eq!(
                    decoded, expected,
                    "{}: {face:?} {chunking:?} {shown}",
                    vector.name
                );
            }
        }
    }
}

#[test]
fn a_decoder_that_is_reset_is_like_new_but_for_the_last_event_id() {
    // One decoder for all vectors: what one leaves behind must not reach the next.
    let mut used = Decoder::new()
        .with_limits(Limits::unlimited())
        .with_comments(true);
    for vector in vectors::all().iter().filter(|vector| !vector.has_limits()) {
        let id = EventId::without_header_check(&*vector.initial_last_event_id).unwrap();
        used.reset_with_last_event_id(&id);
        let mut outcomes = Vec::new();
        for byte in &vector.input {
            let mut input = core::slice::from_ref(byte);
            while let Some(item) = used.decode(&mut input).unwrap() {
                outcomes.push(item.to_item());
            }
        }
        assert_eq!(outcomes.len(), vector.expect.items.len(), "{}", vector.name);
        assert_eq!(
            used.last_event_id(),
            vector.expect.last_event_id,
            "{}",
            vector.name
        );

        used.reset();
        assert_eq!(
            used.last_event_id(),
            vector.expect.last_event_id,
            "{}",
            vector.name
        );
    }
}

#[test]
fn an_event_inherits_the_id_of_the_connection_before() {
    let mut decoder = Decoder::new();
    let mut input = &b"id: 7\ndata: a\n\ndata: cut of"[..];
    while decoder.decode(&mut input).unwrap().is_some() {}
    decoder.reset();
    let mut input = bytes::Bytes::from_static(b"\xEF\xBB\xBFdata: b\n\nid\ndata: c\n\n");
    let mut events = Vec::new();
    while let Some(sse_codec::Item::Event(event)) = decoder.decode_bytes(&mut input).unwrap() {
        events.push((
            event.data().to_owned(),
            event.last_event_id().to_owned(),
            event.id().is_some(),
        ));
    }
    assert_eq!(
        events,
        [
            ("b".into(), "7".into(), false),
            ("c".into(), String::new(), true)
        ]
    );
}
