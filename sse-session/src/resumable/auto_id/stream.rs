//! A stream with ids, for one client.

use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};
use std::sync::Arc;

use futures_core::{FusedStream, Stream};
use sse_codec::{EncodedFrame, LastEventId};

use super::history::{History, Next};
use crate::ring::Slot;

/// A stream with ids, for one client: frames that are shared with the others. Made by
/// [`AutoId::open`](super::AutoId::open); the body of a response by
/// [`EventStreamBody`](sse_codec::EventStreamBody).
///
/// The first frame tells the client where it stands, so that it can come back before it has got any event; it
/// dispatches none. The stream ends when its source has ended and all of it was sent.
///
/// # Cancellation
///
/// All state is in the stream: a `next()` that is dropped loses nothing.
#[must_use = "streams do nothing unless polled"]
pub struct AutoIdStream {
    history: Arc<History>,
    slot: Slot,
    /// All up to here was sent, or told to be missing.
    seen: u64,
    opening: Option<EncodedFrame>,
    gap: bool,
    ended: bool,
}

impl AutoIdStream {
    pub(super) fn new(history: Arc<History>, after: Option<&LastEventId>) -> Self {
        let slot = history.wakers.add();
        let start = history.attach(after);
        Self {
            history,
            slot,
            seen: start.seen,
            opening: Some(start.frame),
            gap: start.gap,
            ended: false,
        }
    }

    /// Whether there is nothing to send and never will be: the source has ended, and the client has all
    /// of it. Then answer **204**, which stops an EventSource; after any other end it comes back.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        let nothing_to_tell = self.opening.is_none() || !self.gap;
        self.ended || nothing_to_tell && self.history.is_end(self.seen)
    }
}

impl Stream for AutoIdStream {
    type Item = EncodedFrame;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<EncodedFrame>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if let Some(opening) = self.opening.take() {
            return Poll::Ready(Some(opening));
        }
        match self.history.next(self.seen, &self.slot, cx.waker()) {
            Next::Frame(frame, seen) => {
                self.seen = seen;
                Poll::Ready(Some(frame))
            }
            Next::Wait => Poll::Pending,
            Next::End => {
                self.ended = true;
                Poll::Ready(None)
            }
        }
    }
}

impl FusedStream for AutoIdStream {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl Drop for AutoIdStream {
    fn drop(&mut self) {
        self.history.leave();
    }
}

/// Without events and ids.
impl fmt::Debug for AutoIdStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AutoIdStream")
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
