//! An event as a store keeps it.

use bytes::Bytes;
use memchr::memchr_iter;
use sse_codec::Encode;

use super::PublishError;

/// An event as a store keeps it: one block, without an id. Checked, because anybody may implement
/// [`Encode`], and the id that the hub puts before it must be the only one, of the only event.
pub(super) fn event_block(event: &impl Encode, max_bytes: usize) -> Result<Bytes, PublishError> {
    let bytes = event.encoded_len();
    if bytes > max_bytes {
        return Err(PublishError::TooLarge { bytes, max_bytes });
    }
    let block = event.to_frame().into_bytes();
    check(&block)?;
    if block.len() > max_bytes {
        let bytes = block.len();
        return Err(PublishError::TooLarge { bytes, max_bytes });
    }
    Ok(block)
}

fn check(block: &[u8]) -> Result<(), PublishError> {
    let is_field = |line: &[u8], name: &[u8]| {
        line.strip_prefix(name)
            .is_some_and(|rest| matches!(rest, [] | [b':', ..]))
    };
    let mut has_data = false;
    let mut start = 0;
    for end in memchr_iter(b'\n', block) {
        let line = block.get(start..end).unwrap_or_default();
        start = end + 1;
        if line.is_empty() {
            break;
        }
        if is_field(line, b"id") {
            return Err(PublishError::HasId);
        }
        has_data |= is_field(line, b"data");
    }
    // The first blank line is the end of all. CR would end a line too; our encoder never writes it.
    let is_one = has_data && start == block.len() && memchr::memchr(b'\r', block).is_none();
    let ends = block.ends_with(b"\n\n");
    if is_one && ends {
        Ok(())
    } else {
        Err(PublishError::NotOneEvent)
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use bytes::BytesMut;
    use sse_codec::{Event, EventId, EventType, Item};

    use super::*;

    struct Raw(&'static str);

    impl Encode for Raw {
        fn encoded_len(&self) -> usize {
            self.0.len()
        }

        fn encode(&self, dst: &mut BytesMut) {
            dst.extend_from_slice(self.0.as_bytes());
        }
    }

    #[test]
    fn one_event_without_an_id_is_taken() {
        let event = Event::builder("a\nid: 7\n\nb")
            .event_type(EventType::from_static("x"))
            .comment("c")
            .retry(Duration::from_secs(1));
        let block = event_block(&event, 100).unwrap();
        assert_eq!(block, event.to_frame().into_bytes());
        assert!(event_block(&Event::builder(""), 100).is_ok());
    }

    #[test]
    fn an_id_is_refused() {
        for id in [EventId::from(7), EventId::RESET] {
            let event = Event::builder("a").id(id);
            assert!(matches!(event_block(&event, 100), Err(PublishError::HasId)));
        }
        for raw in ["data: a\nid\n\n", "id:\ndata: a\n\n"] {
            let refused = event_block(&Raw(raw), 100);
            assert!(matches!(refused, Err(PublishError::HasId)), "{raw:?}");
        }
    }

    #[test]
    fn what_is_not_one_event_is_refused() {
        let one = Event::builder("a").to_frame();
        let retry = Item::Retry(Duration::from_secs(1));
        let refused = event_block(&retry, 100);
        assert!(matches!(refused, Err(PublishError::NotOneEvent)));
        assert!(event_block(&one, 100).is_ok());
        for raw in [
            "",
            "\n",
            "data: a\n",
            "data: a",
            "data: a\n\ndata: b\n\n",
            "data: a\n\n: c",
            "data: a\rid: 7\n\n",
            "database: a\n\n",
        ] {
            let refused = event_block(&Raw(raw), 100);
            assert!(matches!(refused, Err(PublishError::NotOneEvent)), "{raw:?}");
        }
    }

    #[test]
    fn too_much_is_refused() {
        let event = Event::builder("aaa");
        assert!(event_block(&event, 11).is_ok());
        let error = event_block(&event, 10).unwrap_err();
        assert_eq!(error.to_string(), "an event of 11 bytes, more than 10");
    }
}
