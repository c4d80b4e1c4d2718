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
//! let Some(Item::Event(event)) = items.next().await.transpose()? else { panic!() };
//! assert_eq!(event.data(), "hello");
//! assert!(items.next().await.is_none());
//! # Ok(())
//! # }
//! ```

use core::fmt;
use std::io;

use bytes::{Bytes, BytesMut};
use tokio_util::codec;

use crate::{DecodeError, Decoder, Encode, Item};

/// Decodes [`Item`]s, and encodes whatever is [`Encode`].
///
/// Events share the read buffer they came in. What the end of input cuts off is dropped, as
/// the standard has it, and is no error. After a [`DecodeError`] the stream goes on: a
/// `FramedRead` then says `None` once, and can be polled further.
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
    type Item = Item;
    type Error = CodecError;

    fn decode(&mut self, src: &mut BytesMut) -> Result<Option<Item>, CodecError> {
        loop {
            if let Some(item) = self.decoder.decode_bytes(&mut self.chunk)? {
                return Ok(Some(item));
            }
            if src.is_empty() {
                return Ok(None);
            }
            self.chunk = src.split().freeze();
        }
    }

    fn decode_eof(&mut self, src: &mut BytesMut) -> Result<Option<Item>, CodecError> {
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

/// What can go wrong while reading through an [`EventStreamCodec`].
#[derive(Debug)]
#[non_exhaustive]
pub enum CodecError {
    /// An event was dropped; the stream goes on.
    Decode(DecodeError),
    /// The input could not be read.
    Io(io::Error),
}

impl From<DecodeError> for CodecError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<io::Error> for CodecError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(_) => f.write_str("could not decode an event"),
            Self::Io(_) => f.write_str("could not read the event stream"),
        }
    }
}

impl core::error::Error for CodecError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Decode(error) => Some(error),
            Self::Io(error) => Some(error),
        }
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
        assert_eq!(first, Some(Item::Event(Event::builder("a").build())));
        assert_eq!(codec.decode(&mut src).unwrap(), None);
        src.extend_from_slice(b"ished");
        assert_eq!(codec.decode_eof(&mut src).unwrap(), None);
    }

    #[test]
    fn the_stream_goes_on_after_an_error() {
        let limits = Limits::default().with_max_event_bytes(4);
        let mut codec = EventStreamCodec::with_decoder(Decoder::new().with_limits(limits));
        let mut src = BytesMut::from("data: large\n\nid: 7\ndata: a\n\n");
        assert!(matches!(codec.decode(&mut src), Err(CodecError::Decode(_))));
        let Some(Item::Event(event)) = codec.decode(&mut src).unwrap() else {
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
            assert_eq!(codec.decode(&mut buffer).unwrap(), Some(Item::Event(event)));
        }
    }
}
