//! No field value can make another field, another event, or end its own early.

use super::{
    ENCODERS, EncodeBlock, Sent,
    verdict::{Verdict, equal, holds, must_hold},
};
use crate::reference::{self, ReferenceItem};

/// Whatever this text is, and wherever it is put, the stream says nothing more than what was
/// put there: one item for each item written, with neighbours untouched.
///
/// # Panics
///
/// If it says more, or less.
pub fn check_injection(text: &str) {
    for (name, encode) in ENCODERS {
        must_hold(check_injection_of(&encode, text).map_err(|seen| format!("{name}, {seen}")));
    }
}

/// The same for any encoder.
///
/// # Errors
///
/// If the stream says more, or less.
pub fn check_injection_of(encode: EncodeBlock<'_>, text: &str) -> Verdict {
    let marker = || {
        encode(&Sent {
            data: "marker".into(),
            ..Sent::default()
        })
        .bytes
    };
    for (place, block) in placed(text) {
        let stream = [marker(), encode(&block).bytes, marker()].concat();
        let at = || format!("{place}: {}", stream.escape_ascii());
        let items = reference::decode(&stream).items;
        let (events, others): (Vec<_>, Vec<_>) = items
            .iter()
            .partition(|item| matches!(item, ReferenceItem::Event { .. }));
        let [first, between, last] = *events else {
            return Err(at());
        };
        equal(first, &event("message", "marker", ""), at)?;
        let ReferenceItem::Event {
            event_type,
            last_event_id,
            ..
        } = between
        else {
            return Err(at());
        };
        holds(["message", text].contains(&&**event_type), at)?;
        holds(["", text].contains(&&**last_event_id), at)?;
        equal(last, &event("message", "marker", last_event_id), at)?;
        let retries = others
            .iter()
            .filter(|item| matches!(item, ReferenceItem::Retry { .. }))
            .count();
        equal(
            &retries,
            &usize::from(block.retry_milliseconds.is_some()),
            at,
        )?;
    }
    Ok(())
}

fn event(event_type: &str, data: &str, last_event_id: &str) -> ReferenceItem {
    ReferenceItem::Event {
        event_type: event_type.into(),
        data: data.into(),
        last_event_id: last_event_id.into(),
    }
}

/// The text in each place of a block that takes it.
fn placed(text: &str) -> [(&'static str, Sent); 5] {
    let some = || Some(text.to_owned());
    let everything = Sent {
        data: text.to_owned(),
        event_type: some(),
        id: some(),
        retry_milliseconds: Some(text.len() as u64),
        comment: some(),
    };
    [
        (
            "data",
            Sent {
                data: text.to_owned(),
                ..Sent::default()
            },
        ),
        (
            "comment",
            Sent {
                comment: some(),
                ..Sent::default()
            },
        ),
        (
            "id",
            Sent {
                id: some(),
                ..Sent::default()
            },
        ),
        (
            "event type",
            Sent {
                event_type: some(),
                ..Sent::default()
            },
        ),
        ("everything", everything),
    ]
}
