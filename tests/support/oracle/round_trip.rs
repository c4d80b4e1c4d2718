//! decode(encode(x)) = x.

use bytes::{Bytes, BytesMut};
use sse_codec::{Decoder, Encode, Event, Item, Limits};

use super::{Chunking, Sent};
use crate::reference::{self, ReferenceItem};

/// What these blocks are written as is read back as these blocks: by our decoder, whole and in
/// chunks, and by the reference; what is decoded and encoded again is the same once more; and
/// each length was known first.
///
/// # Panics
///
/// If not.
pub fn check_round_trip(blocks: &[Sent], chunking: &Chunking) {
    let mut stream = BytesMut::new();
    let mut expected = Vec::new();
    let mut events = Vec::new();
    let mut last_event_id = String::new();
    for block in blocks {
        let builder = block.builder();
        let before = stream.len();
        builder.encode(&mut stream);
        assert_eq!(stream.len() - before, builder.encoded_len(), "{block:?}");
        assert_eq!(
            builder.to_frame().as_bytes(),
            &stream[before..],
            "{block:?}"
        );

        if let Some(id) = block.valid_id() {
            id.as_str().clone_into(&mut last_event_id);
        }
        let comments = block.received_comments().into_iter();
        expected.extend(comments.map(|text| ReferenceItem::Comment { text }));
        expected.extend(
            block
                .retry_milliseconds
                .map(|milliseconds| ReferenceItem::Retry { milliseconds }),
        );
        let event_type = block.valid_event_type();
        expected.push(ReferenceItem::Event {
            event_type: event_type.map_or("message".to_owned(), |text| text.as_str().to_owned()),
            data: block.received_data(),
            last_event_id: last_event_id.clone(),
        });
        let built = builder.build();
        assert_eq!(
            built.id(),
            block.valid_id().as_ref().map(|id| id.as_str()),
            "{block:?}"
        );
        events.push(built);
    }
    let stream = stream.freeze();
    let decoded = reference::decode(&stream);
    assert_eq!(
        decoded.items,
        expected,
        "{blocks:?} as {}",
        stream.escape_ascii()
    );
    assert_eq!(decoded.last_event_id, last_event_id, "{blocks:?}");

    let received = received(&chunking.cut(&stream));
    assert_eq!(received.len(), events.len(), "{blocks:?}");
    for (received, sent) in received.iter().zip(&events) {
        assert_eq!(received.event_type(), sent.event_type(), "{blocks:?}");
        assert_eq!(received.data(), sent.data(), "{blocks:?}");
        assert_eq!(received.id(), sent.id(), "{blocks:?}");
        assert_eq!(received.detach(), *received);
    }

    let mut again = BytesMut::new();
    for event in &received {
        Item::Event(event.clone()).encode(&mut again);
        assert_eq!(event.to_frame().as_bytes().len(), event.encoded_len());
    }
    let once_more = self::received(&[again.freeze()]);
    assert_eq!(once_more, received, "{blocks:?}");
}

fn received(chunks: &[Bytes]) -> Vec<Event> {
    let mut decoder = Decoder::new().with_limits(Limits::unlimited());
    let mut events = Vec::new();
    for chunk in chunks {
        let mut chunk = chunk.clone();
        while let Some(item) = decoder
            .decode_bytes(&mut chunk)
            .expect("no limits, not strict")
        {
            if let Item::Event(event) = item {
                events.push(event);
            }
        }
    }
    events
}
