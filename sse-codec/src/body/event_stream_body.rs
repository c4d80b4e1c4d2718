//! A stream of events as the body of a response.

use core::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Body, Frame};
use pin_project_lite::pin_project;

use super::InfallibleStream;
use crate::Encode;

/// How large a frame of several events grows.
const DEFAULT_MAX_FRAME_BYTES: usize = 16 * 1024;

pin_project! {
    /// A stream of events as an `http_body::Body`, for any server that speaks `http`.
    ///
    /// The stream's items are anything that is [`Encode`]: events, builders, items, frames that
    /// are shared with other connections. Events that are ready together leave in one frame of
    /// the body, up to 16 KiB ([`EventStreamBody::with_max_frame_bytes`]); an event that is
    /// ready alone leaves at once, and an [`EncodedFrame`](crate::EncodedFrame) then without a
    /// copy. A frame always ends at an event boundary.
    ///
    /// An error of the stream is passed on once, behind the events before it, and ends the body.
    ///
    /// # Cancellation
    ///
    /// All state is in the body: a `frame()` that is dropped loses nothing.
    #[must_use]
    pub struct EventStreamBody<S, T, E> {
        #[pin]
        events: S,
        max_frame_bytes: usize,
        // An event that came but was too much for the frame before.
        held: Option<T>,
        error: Option<E>,
        ended: bool,
        buffer: BytesMut,
    }
}

impl<S: Stream> EventStreamBody<InfallibleStream<S>, S::Item, core::convert::Infallible> {
    /// The body of these events.
    pub fn new(events: S) -> Self {
        Self::fallible(InfallibleStream::new(events))
    }
}

impl<S, T, E> EventStreamBody<S, T, E>
where
    S: Stream<Item = Result<T, E>>,
{
    /// The body of a stream of events that can fail.
    pub fn fallible(events: S) -> Self {
        Self {
            events,
            max_frame_bytes: DEFAULT_MAX_FRAME_BYTES,
            held: None,
            error: None,
            ended: false,
            buffer: BytesMut::new(),
        }
    }

    /// Sets how large a frame of several events grows, in bytes. An event that is larger is a
    /// frame of its own; so is every event with 0.
    pub fn with_max_frame_bytes(mut self, bytes: usize) -> Self {
        self.max_frame_bytes = bytes;
        self
    }
}

impl<S, T, E> Body for EventStreamBody<S, T, E>
where
    S: Stream<Item = Result<T, E>>,
    T: Encode,
{
    type Data = Bytes;
    type Error = E;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, E>>> {
        let mut this = self.project();
        // The first event stays as it is until a second one is ready too: alone, it needs no
        // buffer.
        let mut first = this.held.take();
        let mut length = first.as_ref().map_or(0, Encode::encoded_len);
        while !*this.ended && (length == 0 || length < *this.max_frame_bytes) {
            match this.events.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(event))) => {
                    let event_length = event.encoded_len();
                    if length == 0 {
                        length = event_length;
                        first = Some(event);
                        continue;
                    }
                    if length.saturating_add(event_length) > *this.max_frame_bytes {
                        *this.held = Some(event);
                        break;
                    }
                    if let Some(first) = first.take() {
                        first.encode(this.buffer);
                    }
                    event.encode(this.buffer);
                    length += event_length;
                }
                Poll::Ready(Some(Err(error))) => {
                    *this.error = Some(error);
                    *this.ended = true;
                }
                Poll::Ready(None) => *this.ended = true,
                Poll::Pending => break,
            }
        }
        if let Some(first) = first {
            return Poll::Ready(Some(Ok(Frame::data(first.to_frame().into_bytes()))));
        }
        if !this.buffer.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(this.buffer.split().freeze()))));
        }
        if let Some(error) = this.error.take() {
            return Poll::Ready(Some(Err(error)));
        }
        if *this.ended { Poll::Ready(None) } else { Poll::Pending }
    }

    fn is_end_stream(&self) -> bool {
        self.ended && self.held.is_none() && self.error.is_none()
    }
}

impl<S, T, E> core::fmt::Debug for EventStreamBody<S, T, E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("EventStreamBody")
            .field("max_frame_bytes", &self.max_frame_bytes)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
