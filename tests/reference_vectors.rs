//! The test vectors against the reference decoder, and both against broken decoders.

use sse_tests::reference::{
    Decoded, Flaw, LimitFlaw, ReferenceItem, ReferenceOutcome, decode, decode_from, decode_limited,
};
use sse_tests::vectors::{self, Vector};

/// What a decoder within limits makes of a vector.
fn within_limits(vector: &Vector) -> (Vec<ReferenceOutcome>, String) {
    let decoded = decode_limited(
        &vector.input,
        vector.max_line_bytes.unwrap_or(usize::MAX),
        vector.max_event_bytes.unwrap_or(usize::MAX),
        &vector.initial_last_event_id,
    );
    (decoded.outcomes, decoded.last_event_id)
}

/// Items as outcomes, to be compared with what a vector expects.
fn outcomes(decoded: Decoded) -> (Vec<ReferenceOutcome>, String) {
    let items = decoded
        .items
        .into_iter()
        .map(ReferenceOutcome::Item)
        .collect();
    (items, decoded.last_event_id)
}

/// What a vector expects.
fn expected(vector: &Vector) -> (Vec<ReferenceOutcome>, String) {
    (
        vector.expect.items.clone(),
        vector.expect.last_event_id.clone(),
    )
}

/// The vectors with limits, or those without.
fn vectors_with_limits(limits: bool) -> Vec<Vector> {
    vectors::all()
        .into_iter()
        .filter(|vector| vector.has_limits() == limits)
        .collect()
}

/// Fails with all the names, so that one run shows everything.
fn assert_none(what: &str, names: &[String]) {
    assert!(names.is_empty(), "{what}:\n{}", names.join("\n"));
}

#[test]
fn every_vector_decodes_as_expected() {
    let mut wrong = Vec::new();
    for vector in vectors_with_limits(false) {
        let decoded = outcomes(decode_from(&vector.input, &vector.initial_last_event_id));
        if decoded != expected(&vector) {
            wrong.push(format!(
                "{}: {}\n  {decoded:?}",
                vector.subject, vector.name
            ));
        }
    }
    assert_none("not as expected", &wrong);
}

#[test]
fn every_vector_decodes_as_expected_within_its_limits() {
    let mut wrong = Vec::new();
    for vector in vectors::all() {
        let decoded = within_limits(&vector);
        if decoded != expected(&vector) {
            wrong.push(format!(
                "{}: {}\n  {decoded:?}",
                vector.subject, vector.name
            ));
        }
    }
    assert_none("not as expected", &wrong);
}

#[test]
fn there_are_enough_vectors_and_each_says_which_clause_it_is_about() {
    let all = vectors::all();
    assert!(all.len() >= 150, "only {} vectors", all.len());
    for vector in &all {
        assert!(
            !vector.clause.trim().is_empty(),
            "{:?} has no clause",
            vector.name
        );
        assert_eq!(
            vector.has_limits(),
            vector.subject == "limits",
            "{:?}: vectors with limits, and no others, are in limits.json",
            vector.name
        );
    }
}

#[test]
fn every_flaw_is_caught_by_a_vector() {
    let vectors = vectors_with_limits(false);
    let passed: Vec<String> = Flaw::ALL
        .iter()
        .filter(|flaw| {
            vectors.iter().all(|vector| {
                let decoded = flaw.decode(&vector.input, &vector.initial_last_event_id);
                outcomes(decoded) == expected(vector)
            })
        })
        .map(|flaw| format!("{flaw:?}"))
        .collect();
    assert!(Flaw::ALL.len() >= 10);
    assert_none("flaws that no vector catches", &passed);
}

#[test]
fn every_flaw_of_the_limits_is_caught_by_a_vector() {
    let vectors = vectors_with_limits(true);
    let passed: Vec<String> = LimitFlaw::ALL
        .iter()
        .filter(|flaw| {
            vectors.iter().all(|vector| {
                let decoded = flaw.decode(
                    &vector.input,
                    vector.max_line_bytes.unwrap_or(usize::MAX),
                    vector.max_event_bytes.unwrap_or(usize::MAX),
                    &vector.initial_last_event_id,
                );
                (decoded.outcomes, decoded.last_event_id) == expected(vector)
            })
        })
        .map(|flaw| format!("{flaw:?}"))
        .collect();
    assert!(LimitFlaw::ALL.len() >= 10);
    assert_none("flaws that no vector catches", &passed);
}

#[test]
fn a_flaw_breaks_no_more_than_its_clause() {
    // The control of the control: were what the flaws share broken too, every flaw would fail the
    // same vectors, and be "caught" whatever the vectors are.
    for vector in vectors::all() {
        let expected = expected(&vector);
        let id = &vector.initial_last_event_id;
        let (failing, flaws) = if vector.has_limits() {
            let line = vector.max_line_bytes.unwrap_or(usize::MAX);
            let event = vector.max_event_bytes.unwrap_or(usize::MAX);
            let failing = LimitFlaw::ALL.iter().filter(|flaw| {
                let decoded = flaw.decode(&vector.input, line, event, id);
                (decoded.outcomes, decoded.last_event_id) != expected
            });
            (failing.count(), LimitFlaw::ALL.len())
        } else {
            let failing = Flaw::ALL
                .iter()
                .filter(|flaw| outcomes(flaw.decode(&vector.input, id)) != expected);
            (failing.count(), Flaw::ALL.len())
        };
        assert!(
            failing * 2 < flaws,
            "{:?}: {failing} of {flaws} flaws fail",
            vector.name
        );
    }
}

/// Streams made of the pieces that matter, put together in every order.
fn combinations() -> impl Iterator<Item = Vec<u8>> {
    let pieces: [&[u8]; 12] = [
        b"\r",
        b"\n",
        b"data: a",
        b"data",
        b"id: 1",
        b"id: \0",
        b"event: b",
        b"retry: 5",
        b": c",
        b"\xEF\xBB\xBF",
        b"\xE2\x82",
        b"",
    ];
    let pairs: Vec<Vec<u8>> = pieces
        .iter()
        .flat_map(|a| pieces.iter().map(move |b| [*a, *b].concat()))
        .collect();
    let again = pairs.clone();
    pairs.into_iter().flat_map(move |a| {
        again
            .clone()
            .into_iter()
            .map(move |b| [a.as_slice(), b.as_slice()].concat())
    })
}

#[test]
fn no_limits_are_the_decoder_without_limits() {
    for stream in combinations() {
        let limited = decode_limited(&stream, usize::MAX, usize::MAX, "0");
        let plain = outcomes(decode_from(&stream, "0"));
        assert_eq!(
            (limited.outcomes, limited.last_event_id),
            plain,
            "{stream:?}"
        );
    }
}

#[test]
fn items_never_change_when_more_arrives() {
    // What makes decoding in pieces possible: a stream cut anywhere says a beginning of what the
    // whole stream says.
    for stream in combinations() {
        let whole = decode(&stream).items;
        for cut in 0..stream.len() {
            let beginning = decode(&stream[..cut]).items;
            assert_eq!(
                beginning,
                whole[..beginning.len()],
                "{stream:?} cut at {cut}"
            );
        }
    }
}

#[test]
fn a_finished_block_decodes_alone() {
    for stream in combinations() {
        let first = [stream.as_slice(), b"\n\n"].concat();
        let both = [first.as_slice(), b"data: last\n\n"].concat();
        let first = decode(&first);
        let last = ReferenceItem::Event {
            event_type: "message".to_owned(),
            data: "last".to_owned(),
            last_event_id: first.last_event_id.clone(),
        };
        let mut items = first.items;
        items.push(last);
        assert_eq!(
            decode(&both),
            Decoded {
                items,
                last_event_id: first.last_event_id
            }
        );
    }
}

#[test]
fn a_block_with_an_error_leaves_only_the_error() {
    for stream in combinations() {
        let before = [stream.as_slice(), b"\n\n"].concat();
        let failing = [
            b"id: 9\ndata: ".as_slice(),
            &[b'x'; 64],
            b"\nid: 10\n: gone\n\n",
        ]
        .concat();
        let limited = decode_limited(&[before.as_slice(), &failing].concat(), 64, usize::MAX, "");
        let (mut outcomes, last_event_id) = outcomes(decode(&before));
        outcomes.push(ReferenceOutcome::LineTooLong {
            at_byte: before.len() as u64 + 6,
            event_id: Some("9".to_owned()),
        });
        assert_eq!(
            (limited.outcomes, limited.last_event_id),
            (outcomes, last_event_id)
        );
    }
}

#[test]
fn outcomes_are_the_json_of_the_vectors() {
    let item = ReferenceOutcome::Item(ReferenceItem::Retry {
        milliseconds: u64::MAX,
    });
    let error = ReferenceOutcome::LineTooLong {
        at_byte: 3,
        event_id: None,
    };
    for (outcome, json) in [
        (
            item,
            r#"{"type":"retry","milliseconds":18446744073709551615}"#,
        ),
        (
            error,
            r#"{"type":"line_too_long","at_byte":3,"event_id":null}"#,
        ),
    ] {
        assert_eq!(serde_json::to_string(&outcome).unwrap(), json);
        assert_eq!(
            serde_json::from_str::<ReferenceOutcome>(json).unwrap(),
            outcome
        );
    }
}
