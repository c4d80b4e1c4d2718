//! No field value can make another field, another event, or end its own early.

use core::time::Duration;

use sse_codec::{Encode, Event, EventId, EventType, Item, ItemRef};

use crate::reference::{self, ReferenceItem};

/// Whatever this text is, and wherever it is put, the stream says nothing more than what was
/// put there: one item for each item written, with neighbours untouched.
///
/// # Panics
///
/// If it says more, or less.
pub fn check_injection(text: &str) {
    let marker = Event::builder("marker").build().to_frame();
    let marked = ReferenceItem::Event {
        event_type: "message".into(),
        data: "marker".into(),
        last_event_id: String::new(),
    };
    let is_marker = |item: &ReferenceItem| match (item, &marked) {
        (
            ReferenceItem::Event {
                event_type, data, ..
            },
            ReferenceItem::Event {
                event_type: marker_type,
                data: marker_data,
                ..
            },
        ) => event_type == marker_type && data == marker_data,
        _ => false,
    };
    for (place, frame, events) in placed(text) {
        let stream = [marker.as_bytes(), &frame, marker.as_bytes()].concat();
        let items = reference::decode(&stream).items;
        let shown = stream.escape_ascii();
        assert_eq!(items.first(), Some(&marked), "{place}: {shown}");
        assert!(items.last().is_some_and(is_marker), "{place}: {shown}");
        let count =
            |kind: fn(&ReferenceItem) -> bool| items.iter().filter(|item| kind(item)).count();
        let found = count(|item| matches!(item, ReferenceItem::Event { .. }));
        assert_eq!(found, 2 + events, "{place}: {shown}");
        let retries = count(|item| matches!(item, ReferenceItem::Retry { .. }));
        assert_eq!(
            retries,
            usize::from(place == "everything"),
            "{place}: {shown}"
        );
        for item in &items[1..items.len() - 1] {
            if let ReferenceItem::Event {
                event_type,
                last_event_id,
                ..
            } = item
            {
                let types = ["message", text];
                assert!(types.contains(&&**event_type), "{place}: {shown}");
                assert!(["", text].contains(&&**last_event_id), "{place}: {shown}");
            }
        }
    }
}

/// The text in each place of the encoder that takes it, with the number of events it makes.
fn placed(text: &str) -> Vec<(&'static str, Vec<u8>, usize)> {
    let bytes = |item: &dyn Encode| item.to_frame().as_bytes().to_vec();
    let mut places = vec![
        ("data", bytes(&Event::builder(text)), 1),
        ("built data", bytes(&Event::builder(text).build()), 1),
        ("comment", bytes(&Event::builder("").comment(text)), 1),
        ("comment item", bytes(&ItemRef::Comment(text)), 0),
        ("owned comment", bytes(&Item::Comment(text.into())), 0),
    ];
    let mut everything = Event::builder(text)
        .comment(text)
        .retry(Duration::from_millis(text.len() as u64));
    for id in [EventId::try_from(text), EventId::without_header_check(text)]
        .into_iter()
        .flatten()
    {
        places.push(("id", bytes(&Event::builder("").id(id.clone())), 1));
        everything = everything.id(id);
    }
    if let Ok(event_type) = EventType::try_from(text) {
        places.push((
            "event type",
            bytes(&Event::builder("").event_type(event_type.clone())),
            1,
        ));
        everything = everything.event_type(event_type);
    }
    places.push(("everything", bytes(&everything), 1));
    places
}
