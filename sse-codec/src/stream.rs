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

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{collections::VecDeque, string::String, vec::Vec};
    use core::task::Waker;

    /// A stream that says what it is told, and must not be asked once it has ended.
    struct Script(VecDeque<Poll<Option<Result<&'static str, &'static str>>>>);

    impl Stream for Script {
        type Item = Result<Bytes, &'static str>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            let poll = self.0.pop_front().expect("asked behind its end");
            poll.map(|item| item.map(|chunk| chunk.map(|text| Bytes::from_static(text.as_bytes()))))
        }
    }

    /// What each poll gives: data, an error, `...` for not now, `end`.
    fn polls(mut stream: EventStream<Script>, polls: usize) -> Vec<String> {
        let mut context = Context::from_waker(Waker::noop());
        let poll = |_| match Pin::new(&mut stream).poll_next(&mut context) {
            Poll::Ready(Some(Ok(Item::Event(event)))) => event.data().into(),
            Poll::Ready(Some(Ok(item))) => alloc::format!("{item:?}"),
            Poll::Ready(Some(Err(EventStreamError::Source(error)))) => error.into(),
            Poll::Ready(Some(Err(EventStreamError::Decode(error)))) => alloc::format!("{error}"),
            Poll::Ready(None) => "end".into(),
            Poll::Pending => "...".into(),
        };
        (0..polls).map(poll).collect()
    }

    fn chunk(text: &'static str) -> Poll<Option<Result<&'static str, &'static str>>> {
        Poll::Ready(Some(Ok(text)))
    }

    #[test]
    fn an_error_is_passed_on_once_and_ends_the_stream() {
        let script = [
            chunk("data: a\n\ndata: b"),
            Poll::Ready(Some(Err("broken"))),
        ];
        let stream = EventStream::new(Script(script.into()));
        assert!(!stream.is_terminated());
        assert_eq!(polls(stream, 4), ["a", "broken", "end", "end"]);
    }

    #[test]
    fn nothing_is_lost_where_a_poll_comes_to_nothing() {
        let script = [
            chunk("data: a\n\nid: 7\nda"),
            Poll::Pending,
            chunk("ta: b\r"),
            Poll::Pending,
            chunk("\n\r\n"),
            Poll::Ready(None),
        ];
        let stream = EventStream::new(Script(script.into()));
        assert_eq!(polls(stream, 6), ["a", "...", "...", "b", "end", "end"]);
    }

    #[test]
    fn the_stream_goes_on_after_a_decode_error() {
        let decoder = Decoder::new().with_limits(crate::Limits::default().with_max_line_bytes(7));
        let script = [chunk("data: too long\n\ndata: a\n\n"), Poll::Ready(None)];
        let stream = EventStream::with_decoder(Script(script.into()), decoder);
        assert_eq!(
            polls(stream, 3),
            ["line exceeds 7 bytes at byte 0", "a", "end"]
        );
    }

    #[test]
    fn the_decoder_goes_from_connection_to_connection() {
        let first = [chunk("id: 7\ndata: a\n\ndata: cut o"), Poll::Ready(None)];
        let mut stream = EventStream::new(Script(first.into()));
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(_)) = Pin::new(&mut stream).poll_next(&mut context) {}
        assert_eq!(stream.last_event_id(), "7");
        let (_, mut decoder) = stream.into_parts();
        decoder.reset();
        let second = [chunk("data: b\n\n"), Poll::Ready(None)];
        let mut stream = EventStream::with_decoder(Script(second.into()), decoder);
        let poll = Pin::new(&mut stream).poll_next(&mut context);
        let Poll::Ready(Some(Ok(Item::Event(event)))) = poll else {
            panic!()
        };
        assert_eq!((event.data(), event.last_event_id()), ("b", "7"));
    }
}
