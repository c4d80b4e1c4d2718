//! What an encoder writes, the reference decoder reads as the same events, or the case is listed
//! in `divergences.rs`. Fails also when a listed case is right.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use sse_benches::{
    divergences::{WRONG_ENCODINGS, wrong_data},
    encoder::Encoder,
    encoders,
    message::{CASES, Case, LINE_ENDS, Message},
};
use sse_tests::reference::{ReferenceItem, decode};

/// What a client must see of these messages.
fn expected(messages: &[Message]) -> Vec<ReferenceItem> {
    let mut last_event_id = String::new();
    let mut items = Vec::new();
    for message in messages {
        last_event_id = message.id.clone().unwrap_or(last_event_id);
        items.push(ReferenceItem::Event {
            event_type: message.event_type.unwrap_or("message").to_owned(),
            // A client sees LF for every line end.
            data: message
                .data
                .to_text()
                .replace("\r\n", "\n")
                .replace('\r', "\n"),
            last_event_id: last_event_id.clone(),
        });
    }
    items
}

fn is_right(encoder: &dyn Encoder, messages: &[Message]) -> bool {
    let shared = messages.into();
    let bytes = catch_unwind(AssertUnwindSafe(|| encoder.bytes(&shared)));
    bytes.is_ok_and(|bytes| decode(&bytes).items == expected(messages))
}

/// The data of the messages that are wrong, each by itself.
fn found_wrong(encoder: &dyn Encoder, case: &Case) -> Vec<String> {
    if is_right(encoder, &case.messages) {
        return Vec::new();
    }
    let wrong = case
        .messages
        .chunks(1)
        .filter(|message| !is_right(encoder, message));
    let data: Vec<_> = wrong.map(|message| message[0].data.to_text()).collect();
    assert!(
        !data.is_empty(),
        "{}, {}: wrong only together",
        encoder.name(),
        case.name
    );
    data
}

#[test]
fn encoders_agree() {
    let mut surprises = Vec::new();
    for case in CASES.into_iter().chain([LINE_ENDS]).filter_map(Case::new) {
        assert!(!case.messages.is_empty());
        for encoder in encoders::all() {
            let found = found_wrong(encoder, &case);
            let listed = wrong_data(encoder.name(), case.name);
            if found != listed {
                let (name, case) = (encoder.name(), case.name);
                surprises.push(format!(
                    "{name}, {case}: wrong {found:?}, listed {listed:?}"
                ));
            }
        }
    }
    assert!(surprises.is_empty(), "\n{}", surprises.join("\n"));
}

/// Else an entry could stand there that no test looks at.
#[test]
fn what_is_listed_is_encoded() {
    for listed in &WRONG_ENCODINGS {
        assert!(
            encoders::all().any(|encoder| encoder.name() == listed.encoder),
            "{listed:?}"
        );
        assert!(Case::new(listed.case).is_some(), "{listed:?}");
    }
}
