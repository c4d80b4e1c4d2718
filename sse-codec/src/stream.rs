//! Items from a stream of chunks.
//!
//! ```
//! use bytes::Bytes;
//! use futures_util::{StreamExt, stream};
//! use sse_codec::{EventStream, Item};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let chunks = ["id: 7\nda", "ta: hello\n\n"].map(|text| Ok::<_, std::io::Error>(Bytes::from(text)));
//! let mut items = EventStream::new(stream::iter(chunks));
//! let Some(Item::Event(event)) = items.next().await.transpose()? else { panic!() };
//! assert_eq!((event.data(), event.id()), ("hello", Some("7")));
//! assert!(items.next().await.is_none());
//! # Ok(())
//! # }
//! ```

use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::{FusedStream, Stream};
use pin_project_lite::pin_project;

use crate::{DecodeError, Decoder, Item};

pin_project! {
    /// Decodes a stream of chunks: a [`Stream`] of [`Item`]s.
    ///
    /// A chunk is anything that becomes [`Bytes`]; events share it. An error of the chunks is
    /// passed on once, and the stream ends; after a [`DecodeError`] it goes on. What the end
    /// cuts off is dropped, as the standard has it.
    ///
    /// # Cancellation
    ///
    /// All state is in the stream: a `next()` that is dropped loses nothing.
    #[derive(Debug)]
    #[must_use = "streams do nothing unless polled"]
    pub struct EventStream<S> {
        #[pin]
        chunks: S,
        decoder: Decoder,
        chunk: Bytes,
        ended: bool,
    }
}

impl<S> EventStream<S> {
    /// Decodes `chunks` with the default [`Decoder`].
    pub fn new(chunks: S) -> Self {
        Self::with_decoder(chunks, Decoder::new())
    }

    /// Decodes `chunks` with a decoder of one's own settings, or of an earlier connection
    /// ([`Decoder::reset`], [`EventStream::into_parts`]).
    pub const fn with_decoder(chunks: S, decoder: Decoder) -> Self {
        Self {
            chunks,
            decoder,
            chunk: Bytes::new(),
            ended: false,
        }
    }

    /// See [`Decoder::last_event_id`]. As of the last item that was taken out of the stream.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.decoder.last_event_id()
    }

    /// The stream of chunks.
    #[must_use]
    pub const fn get_ref(&self) -> &S {
        &self.chunks
    }

    /// The stream of chunks. What is read from it here is not decoded.
    pub const fn get_mut(&mut self) -> &mut S {
        &mut self.chunks
    }

    /// The stream of chunks, and the decoder with its last event ID. What was read but not yet
    /// decoded is lost.
    pub fn into_parts(self) -> (S, Decoder) {
        (self.chunks, self.decoder)
    }
}

impl<S, C, E> Stream for EventStream<S>
where
    S: Stream<Item = Result<C, E>>,
    C: Into<Bytes>,
{
    type Item = Result<Item, EventStreamError<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        loop {
            match this.decoder.decode_bytes(this.chunk) {
                Ok(Some(item)) => return Poll::Ready(Some(Ok(item))),
                Err(error) => return Poll::Ready(Some(Err(EventStreamError::Decode(error)))),
                Ok(None) if *this.ended => return Poll::Ready(None),
                Ok(None) => {}
            }
            match ready!(this.chunks.as_mut().poll_next(cx)) {
                Some(Ok(chunk)) => *this.chunk = chunk.into(),
                Some(Err(error)) => {
                    *this.ended = true;
                    return Poll::Ready(Some(Err(EventStreamError::Source(error))));
                }
                None => *this.ended = true,
            }
        }
    }
}

impl<S, C, E> FusedStream for EventStream<S>
where
    S: Stream<Item = Result<C, E>>,
    C: Into<Bytes>,
{
    fn is_terminated(&self) -> bool {
        self.ended && self.chunk.is_empty()
    }
}

/// What can go wrong in an [`EventStream`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventStreamError<E> {
    /// An event was dropped; the stream goes on.
    Decode(DecodeError),
    /// The chunks ended with an error; so does the stream.
    Source(E),
}

impl<E> fmt::Display for EventStreamError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(_) => f.write_str("could not decode an event"),
            Self::Source(_) => f.write_str("could not read the event stream"),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for EventStreamError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Decode(error) => Some(error),
            Self::Source(error) => Some(error),
        }
    }
}
