//! A codec for `tokio_util::codec`: over any `AsyncRead` and `AsyncWrite`.
//!
//! ```
//! use futures_util::{SinkExt, StreamExt};
//! use sse_codec::{Event, EventStreamCodec, Item};
//! use tokio_util::codec::{FramedRead, FramedWrite};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (client, server) = tokio::io::duplex(64);
//! let mut sink = FramedWrite::new(server, EventStreamCodec::new());
//! sink.send(Event::builder("hello").build()).await?;
//! drop(sink);
//!
//! let mut items = FramedRead::new(client, EventStreamCodec::new());
//! let Some(Ok(Item::Event(event))) = items.next().await.transpose()? else { panic!() };
//! assert_eq!(event.data(), "hello");
//! assert!(items.next().await.is_none());
//! # Ok(())
//! # }
//! ```

use std::io;

use bytes::{Bytes, BytesMut};
use tokio_util::codec;

use crate::{DecodeError, Decoder, Encode, Item};

/// Decodes [`Item`]s, and encodes whatever is [`Encode`].
///
/// Events share the read buffer they came in. What the end of input cuts off is dropped, as
/// the standard has it, and is no error. A [`DecodeError`] is an item, not an error of the
/// codec: the stream goes on behind it, while a `FramedRead` would end.
///
/// Unlike most codecs it takes all of the read buffer at once: bytes that were read but not yet
/// decoded are in the codec, not in `FramedParts::read_buf`.
#[derive(Debug, Default)]
pub struct EventStreamCodec {
    decoder: Decoder,
    chunk: Bytes,
}

impl EventStreamCodec {
    /// A codec with the default [`Decoder`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A codec with a decoder of one's own settings.
    #[must_use]
    pub fn with_decoder(decoder: Decoder) -> Self {
        Self {
            decoder,
            chunk: Bytes::new(),
        }
    }

    /// See [`Decoder::last_event_id`].
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.decoder.last_event_id()
    }
}

impl codec::Decoder for EventStreamCodec {
    type Item = Result<Item, DecodeError>;
    type Error = io::Error;

    fn decode(&mut self, src: &mut BytesMut) -> Result<Option<Self::Item>, io::Error> {
        loop {
            if let Some(item) = self.decoder.decode_bytes(&mut self.chunk).transpose() {
                return Ok(Some(item));
            }
            if src.is_empty() {
                return Ok(None);
            }
            self.chunk = src.split().freeze();
        }
    }

    fn decode_eof(&mut self, src: &mut BytesMut) -> Result<Option<Self::Item>, io::Error> {
        self.decode(src)
    }
}

impl<T: Encode> codec::Encoder<T> for EventStreamCodec {
    type Error = io::Error;

    /// Never fails.
    fn encode(&mut self, item: T, dst: &mut BytesMut) -> Result<(), io::Error> {
        item.encode(dst);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, Limits};
    use alloc::vec::Vec;
    use tokio_util::codec::{Decoder as _, Encoder as _};

    #[test]
    fn an_unfinished_block_at_the_end_is_no_error() {
        let mut codec = EventStreamCodec::new();
        let mut src = BytesMut::from("data: a\n\ndata: unfin");
        let first = codec.decode(&mut src).unwrap();
        assert_eq!(first, Some(Ok(Item::Event(Event::builder("a").build()))));
        assert_eq!(codec.decode(&mut src).unwrap(), None);
        src.extend_from_slice(b"ished");
        assert_eq!(codec.decode_eof(&mut src).unwrap(), None);
    }

    #[test]
    fn the_stream_goes_on_after_an_error() {
        let limits = Limits::default().with_max_event_bytes(4);
        let mut codec = EventStreamCodec::with_decoder(Decoder::new().with_limits(limits));
        let mut src = BytesMut::from("data: large\n\nid: 7\ndata: a\n\n");
        assert!(matches!(codec.decode(&mut src), Ok(Some(Err(_)))));
        let Some(Ok(Item::Event(event))) = codec.decode(&mut src).unwrap() else {
            panic!()
        };
        assert_eq!((event.data(), codec.last_event_id()), ("a", "7"));
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let mut codec = EventStreamCodec::new();
        let mut buffer = BytesMut::new();
        let events: Vec<Event> = ["", "a", " b\n"]
            .map(|data| Event::builder(data).build())
            .into();
        for event in &events {
            codec.encode(event, &mut buffer).unwrap();
        }
        for event in events {
            assert_eq!(
                codec.decode(&mut buffer).unwrap(),
                Some(Ok(Item::Event(event)))
            );
        }
    }

    #[tokio::test]
    async fn a_framed_read_goes_on_behind_every_error() {
        use futures_util::StreamExt;

        let limits = Limits::default().with_max_event_bytes(5);
        let event_codec = EventStreamCodec::with_decoder(Decoder::new().with_limits(limits));
        let input = b"data: too large\n\ndata: a\n\ndata: too large\n\ndata: b\n\n";
        let items = codec::FramedRead::new(&input[..], event_codec);
        let said: Vec<Option<Item>> = items.map(|item| item.unwrap().ok()).collect().await;
        let event = |data| Some(Item::Event(Event::builder(data).build()));
        assert_eq!(said, [None, event("a"), None, event("b")]);
    }
}
