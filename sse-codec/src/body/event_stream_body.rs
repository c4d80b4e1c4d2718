//! A stream of events as the body of a response.

use core::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use futures_core::{Stream, TryStream};
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
    pub struct EventStreamBody<S>
    where
        S: TryStream,
    {
        #[pin]
        events: S,
        max_frame_bytes: usize,
        // An event that came but was too much for the frame before.
        held: Option<S::Ok>,
        error: Option<S::Error>,
        ended: bool,
        buffer: BytesMut,
    }
}

impl<S: Stream> EventStreamBody<InfallibleStream<S>> {
    /// The body of these events.
    pub fn new(events: S) -> Self {
        Self::fallible(InfallibleStream::new(events))
    }
}

impl<S: TryStream> EventStreamBody<S> {
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

impl<S> Body for EventStreamBody<S>
where
    S: TryStream,
    S::Ok: Encode,
{
    type Data = Bytes;
    type Error = S::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, S::Error>>> {
        let mut this = self.project();
        // The first event stays as it is until a second one is ready too: alone, it needs no
        // buffer.
        let mut first = this.held.take();
        // Something empty counts too, so that 0 is nothing.
        let length_of = |event: &S::Ok| event.encoded_len().max(1);
        let mut length = first.as_ref().map_or(0, length_of);
        while !*this.ended && (length == 0 || length < *this.max_frame_bytes) {
            match this.events.as_mut().try_poll_next(cx) {
                Poll::Ready(Some(Ok(event))) => {
                    let event_length = length_of(&event);
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
        if length > 0 {
            return Poll::Ready(Some(Ok(Frame::data(this.buffer.split().freeze()))));
        }
        if let Some(error) = this.error.take() {
            return Poll::Ready(Some(Err(error)));
        }
        if *this.ended {
            Poll::Ready(None)
        } else {
            Poll::Pending
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended && self.held.is_none() && self.error.is_none()
    }
}

impl<S: TryStream> core::fmt::Debug for EventStreamBody<S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("EventStreamBody")
            .field("max_frame_bytes", &self.max_frame_bytes)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EncodedFrame, Event};
    use alloc::{collections::VecDeque, string::String, vec::Vec};
    use core::task::Waker;

    /// A stream that says what it is told: an event, an error, not now.
    struct Script(VecDeque<Poll<Result<EncodedFrame, &'static str>>>);

    impl Stream for Script {
        type Item = Result<EncodedFrame, &'static str>;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.0
                .pop_front()
                .map_or(Poll::Ready(None), |poll| poll.map(Some))
        }
    }

    fn event(data: &str) -> Poll<Result<EncodedFrame, &'static str>> {
        Poll::Ready(Ok(Event::builder(data).to_frame()))
    }

    /// Polls until the end; `...` where the body had nothing yet.
    fn frames(mut body: EventStreamBody<Script>) -> Vec<String> {
        let mut frames = Vec::new();
        loop {
            let poll = Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop()));
            frames.push(match poll {
                Poll::Ready(Some(Ok(frame))) => {
                    let data = frame.into_data().unwrap();
                    String::from_utf8(data.to_vec()).unwrap()
                }
                Poll::Ready(Some(Err(error))) => error.into(),
                Poll::Pending => "...".into(),
                Poll::Ready(None) => break,
            });
        }
        assert!(body.is_end_stream());
        frames
    }

    fn body(
        script: impl Into<VecDeque<Poll<Result<EncodedFrame, &'static str>>>>,
    ) -> EventStreamBody<Script> {
        EventStreamBody::fallible(Script(script.into()))
    }

    #[test]
    fn events_that_are_ready_together_leave_together() {
        let body = body([
            event("a"),
            event("b"),
            Poll::Pending,
            event("c"),
            Poll::Pending,
        ]);
        assert_eq!(frames(body), ["data: a\n\ndata: b\n\n", "data: c\n\n"]);
    }

    #[test]
    fn a_frame_grows_up_to_the_cap_and_an_event_is_never_cut() {
        let script = [
            event("a"),
            event("b"),
            event("longer than any cap"),
            event("c"),
        ];
        let large = "data: longer than any cap\n\n";
        let two = body(script.clone()).with_max_frame_bytes(18);
        assert_eq!(
            frames(two),
            ["data: a\n\ndata: b\n\n", large, "data: c\n\n"]
        );
        let one = body(script).with_max_frame_bytes(0);
        assert_eq!(
            frames(one),
            ["data: a\n\n", "data: b\n\n", large, "data: c\n\n"]
        );
    }

    #[test]
    fn an_error_comes_once_behind_the_events_before_it() {
        let body = body([event("a"), Poll::Ready(Err("broken")), event("never")]);
        assert_eq!(frames(body), ["data: a\n\n", "broken"]);
    }

    #[test]
    fn a_shared_frame_that_is_ready_alone_is_not_copied() {
        let frame = Event::builder("a").to_frame();
        let mut body = body([Poll::Ready(Ok(frame.clone())), Poll::Pending]);
        let poll = Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop()));
        let Poll::Ready(Some(Ok(sent))) = poll else {
            panic!()
        };
        assert_eq!(sent.data_ref().unwrap().as_ptr(), frame.as_bytes().as_ptr());
    }
}
