//! The encoder through each of its ways.

use core::time::Duration;

use bytes::BytesMut;
use sse_codec::{Encode, EventId, Item, ItemRef};

use super::Sent;

/// What an encoder made of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How many it said beforehand that there would be.
    pub encoded_len: usize,
}

/// A way to encode a block.
pub type EncodeBlock<'a> = &'a dyn Fn(&Sent) -> Encoded;

/// A way to encode a block, by name.
pub type NamedEncoder = (&'static str, fn(&Sent) -> Encoded);

/// The ways there are. Whichever is taken, a client sees the same.
pub const ENCODERS: [NamedEncoder; 4] = [
    ("builder", |block| encoded(&[&block.builder()])),
    ("builder, id checked for headers", |block| {
        let id = block.id.as_deref().map(EventId::try_from);
        match id.and_then(Result::ok) {
            Some(id) => encoded(&[&block.builder().id(id)]),
            None => encoded(&[&block.builder()]),
        }
    }),
    ("items", |block| {
        let mut items = Vec::new();
        items.extend(
            block
                .comment
                .as_deref()
                .map(|text| Item::Comment(text.into())),
        );
        items.extend(reconnection_time(block).map(Item::Retry));
        items.push(Item::Event(block.builder().build()));
        encoded(
            &items
                .iter()
                .map(|item| item as &dyn Encode)
                .collect::<Vec<_>>(),
        )
    }),
    ("views of items", |block| {
        let event = block.builder().build();
        let mut items = Vec::new();
        items.extend(block.comment.as_deref().map(ItemRef::Comment));
        items.extend(reconnection_time(block).map(ItemRef::Retry));
        items.push(ItemRef::Event(event.as_ref()));
        encoded(
            &items
                .iter()
                .map(|item| item as &dyn Encode)
                .collect::<Vec<_>>(),
        )
    }),
];

fn reconnection_time(block: &Sent) -> Option<Duration> {
    block.retry_milliseconds.map(Duration::from_millis)
}

fn encoded(parts: &[&dyn Encode]) -> Encoded {
    let mut bytes = BytesMut::new();
    for part in parts {
        part.encode(&mut bytes);
    }
    Encoded {
        bytes: bytes.into(),
        encoded_len: parts.iter().map(|part| part.encoded_len()).sum(),
    }
}
