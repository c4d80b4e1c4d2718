//! decode(encode(x)) = x.

use bytes::{Bytes, BytesMut};
use sse_codec::{Decoder, Encode, Event, Item, Limits};

use super::{
    Chunking, ENCODERS, EncodeBlock, Sent,
    verdict::{Verdict, equal, must_hold},
};
use crate::reference::{self, ReferenceItem};

/// What these blocks are written as is read back as these blocks: by our decoder, whole and in
/// chunks, and by the reference; what is decoded and encoded again is the same once more; and
/// each length was known first.
///
/// # Panics
///
/// If not.
pub fn check_round_trip(blocks: &[Sent], chunking: &Chunking) {
    for (name, encode) in ENCODERS {
        let verdict = check_round_trip_of(&encode, blocks, chunking);
        must_hold(verdict.map_err(|seen| format!("{name}, {seen}")));
    }
    let events: Vec<Event> = blocks.iter().map(|block| block.builder().build()).collect();
    let mut stream = BytesMut::new();
    for (block, event) in blocks.iter().zip(&events) {
        assert_eq!(
            event.id(),
            block.valid_id().as_ref().map(|id| id.as_str()),
            "{block:?}"
        );
        let before = stream.len();
        block.builder().encode(&mut stream);
        let frame = block.builder().to_frame();
        assert_eq!(frame.as_bytes(), &stream[before..], "{block:?}");
    }
    let received = received(&chunking.cut(&stream));
    let mut again = BytesMut::new();
    for event in &received {
        Item::Event(event.clone()).encode(&mut again);
        assert_eq!(event.to_frame().as_bytes().len(), event.encoded_len());
        assert_eq!(event.detach(), *event);
    }
    assert_eq!(self::received(&[again.freeze()]), received, "{blocks:?}");
}

/// The first and the last of it for any encoder: what it writes is read back, and each length was
/// known first.
///
/// # Errors
///
/// If not.
pub fn check_round_trip_of(
    encode: EncodeBlock<'_>,
    blocks: &[Sent],
    chunking: &Chunking,
) -> Verdict {
    let mut stream = Vec::new();
    for block in blocks {
        let encoded = encode(block);
        equal(&encoded.encoded_len, &encoded.bytes.len(), || {
            format!("length of {block:?}")
        })?;
        stream.extend(encoded.bytes);
    }
    let at = || format!("{blocks:?} as {}", stream.escape_ascii());
    let (expected, last_event_id) = expected(blocks);
    let decoded = reference::decode(&stream);
    equal(&decoded.items, &expected, at)?;
    equal(&decoded.last_event_id, &last_event_id, at)?;

    let received = received(&chunking.cut(&stream));
    equal(&received.len(), &blocks.len(), at)?;
    for (received, block) in received.iter().zip(blocks) {
        let event_type = block.valid_event_type();
        equal(
            received.event_type(),
            event_type.as_ref().map_or("message", |t| t.as_str()),
            at,
        )?;
        equal(received.data(), &*block.received_data(), at)?;
        equal(
            &received.id(),
            &block.valid_id().as_ref().map(|id| id.as_str()),
            at,
        )?;
    }
    Ok(())
}

/// What the reference should say of these blocks, and the last event ID.
fn expected(blocks: &[Sent]) -> (Vec<ReferenceItem>, String) {
    let mut items = Vec::new();
    let mut last_event_id = String::new();
    for block in blocks {
        let comments = block.received_comments().into_iter();
        items.extend(comments.map(|text| ReferenceItem::Comment { text }));
        let retry = block.retry_milliseconds;
        items.extend(retry.map(|milliseconds| ReferenceItem::Retry { milliseconds }));
        if let Some(id) = block.valid_id() {
            id.as_str().clone_into(&mut last_event_id);
        }
        let event_type = block.valid_event_type();
        items.push(ReferenceItem::Event {
            event_type: event_type.map_or("message".to_owned(), |text| text.as_str().to_owned()),
            data: block.received_data(),
            last_event_id: last_event_id.clone(),
        });
    }
    (items, last_event_id)
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
