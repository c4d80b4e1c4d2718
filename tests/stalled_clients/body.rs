//! A response body that tells what becomes of it.

use core::{
    convert::Infallible,
    pin::Pin,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    task::{Context, Poll},
    time::Duration,
};
use std::sync::Arc;

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::time::{Interval, interval};

/// How events come.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// Always another.
    Flood,
    /// One each 50 ms.
    Steady,
    /// One, then none.
    Once,
}

/// A body of events that never ends.
#[derive(Debug)]
pub(crate) struct EventsBody {
    frame: Bytes,
    pace: Pace,
    interval: Interval,
    probe: BodyProbe,
}

/// What can be known of a body from outside.
#[derive(Debug, Clone, Default)]
pub(crate) struct BodyProbe {
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    frames: AtomicUsize,
    dropped: AtomicBool,
}

impl BodyProbe {
    /// The body to know of.
    pub(crate) fn body(&self, pace: Pace) -> EventsBody {
        EventsBody {
            frame: Bytes::from(format!("data: {}\n\n", "x".repeat(1000))),
            pace,
            interval: interval(Duration::from_millis(50)),
            probe: self.clone(),
        }
    }

    /// Whether the body was dropped: with it goes what a stream holds, as its slot.
    pub(crate) fn is_dropped(&self) -> bool {
        self.state.dropped.load(Ordering::Acquire)
    }

    /// How many frames were taken from it.
    pub(crate) fn frames(&self) -> usize {
        self.state.frames.load(Ordering::Acquire)
    }
}

impl Drop for EventsBody {
    fn drop(&mut self) {
        self.probe.state.dropped.store(true, Ordering::Release);
    }
}

impl Body for EventsBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let waits = match self.pace {
            Pace::Flood => false,
            Pace::Steady => self.interval.poll_tick(cx).is_pending(),
            Pace::Once => self.probe.frames() > 0,
        };
        if waits {
            return Poll::Pending;
        }
        self.probe.state.frames.fetch_add(1, Ordering::AcqRel);
        Poll::Ready(Some(Ok(Frame::data(self.frame.clone()))))
    }
}
