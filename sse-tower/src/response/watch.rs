//! The body's side of a [`StreamHandle`]: what it tells the observers, and that it is closed.

#[cfg(feature = "stall")]
use core::task::Waker;
use std::sync::Arc;

use http_body::Body;

use super::event_counter::EventCounter;
#[cfg(feature = "stall")]
use crate::stream::Demand;
use crate::stream::{CloseReason, ScheduledEnd, StreamHandle, StreamObserver};

/// The body's side of a [`StreamHandle`]; closes the stream when it is dropped.
pub(super) struct Watch {
    pub(super) handle: StreamHandle,
    /// Why it is closed if it is dropped now.
    reason: CloseReason,
    observers: Vec<Arc<dyn StreamObserver>>,
    counter: EventCounter,
    /// Events of the inner body that end in the frame that goes out next.
    events: usize,
    any_event: bool,
    #[cfg(feature = "stall")]
    demand: Option<Arc<Demand>>,
}

impl Watch {
    pub(super) fn new(handle: StreamHandle) -> Self {
        Self {
            handle,
            reason: CloseReason::ClientGone,
            observers: Vec::new(),
            counter: EventCounter::default(),
            events: 0,
            any_event: false,
            #[cfg(feature = "stall")]
            demand: None,
        }
    }

    /// What is new, if anything is: an end, or that the stream was given up.
    #[inline]
    pub(super) fn news(&mut self) -> Option<Result<ScheduledEnd, GivenUp>> {
        if !self.handle.is_called() {
            return None;
        }
        let news = self.handle.take_news();
        self.observers = news.observers;
        #[cfg(feature = "stall")]
        {
            self.demand = news.demand;
        }
        if news.closed {
            return Some(Err(GivenUp));
        }
        news.end.map(Ok)
    }

    /// The body is polled: the waker to wait with instead of the task's own, if somebody wants to know
    /// of wake-ups.
    #[cfg(feature = "stall")]
    #[inline]
    pub(super) fn polled(&self, task: &Waker) -> Option<Waker> {
        self.demand.as_ref().map(|demand| demand.polled(task))
    }

    /// Something was given to whoever polls, who has to come back for more.
    #[cfg(feature = "stall")]
    pub(super) fn given(&self) {
        if let Some(demand) = &self.demand {
            demand.begin();
        }
    }

    /// From now on the stream is closed for this reason when it is dropped; the first one counts.
    pub(super) fn closes_for(&mut self, reason: CloseReason) {
        if self.reason == CloseReason::ClientGone {
            self.reason = reason;
        }
    }

    /// The inner body will not be polled again if it has ended.
    #[inline]
    pub(super) fn note_end(&mut self, inner: &impl Body) {
        if inner.is_end_stream() {
            self.closes_for(CloseReason::Complete);
        }
    }

    /// Inner data goes out, at once or with the next frame.
    #[inline]
    pub(super) fn count(&mut self, data: &[u8]) {
        if !self.observers.is_empty() {
            self.events += self.counter.push(data);
        }
    }

    /// A frame goes out.
    #[inline]
    pub(super) fn sent(&mut self, bytes: usize) {
        if !self.observers.is_empty() {
            self.tell_sent(bytes);
        }
    }

    fn tell_sent(&mut self, bytes: usize) {
        let events = core::mem::take(&mut self.events);
        let first = events > 0 && !self.any_event;
        self.any_event |= first;
        for observer in &self.observers {
            if first {
                observer.first_event(self.handle.opened().elapsed());
            }
            observer.sent(events, bytes);
        }
    }

    pub(super) fn kept_alive(&self) {
        for observer in &self.observers {
            observer.kept_alive();
        }
    }
}

/// The stream was closed from outside.
pub(super) struct GivenUp;

impl Drop for Watch {
    fn drop(&mut self) {
        self.handle.close(self.reason);
    }
}
