//! The body's side of a [`StreamHandle`]: what it tells the observers, and that it is closed.

use core::sync::atomic::{AtomicBool, Ordering};
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
    /// Whoever polls knows that nothing more comes, and need not poll for it.
    end_was_told: AtomicBool,
    observers: Vec<Arc<dyn StreamObserver>>,
    counter: EventCounter,
    /// Events of the inner body that end in the frame that goes out next.
    events: usize,
    any_event: bool,
    #[cfg(feature = "stall")]
    demands: Vec<Arc<Demand>>,
}

impl Watch {
    pub(super) fn new(handle: StreamHandle) -> Self {
        Self {
            handle,
            reason: CloseReason::ClientGone,
            end_was_told: AtomicBool::new(false),
            observers: Vec::new(),
            counter: EventCounter::default(),
            events: 0,
            any_event: false,
            #[cfg(feature = "stall")]
            demands: Vec::new(),
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
            self.demands = news.demands;
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
        let (first, others) = self.demands.split_first()?;
        let inner = first.polled(task);
        Some(
            others
                .iter()
                .fold(inner, |task, demand| demand.polled(&task)),
        )
    }

    /// Something was given to whoever polls, who has to come back for more.
    #[cfg(feature = "stall")]
    pub(super) fn given(&self) {
        for demand in &self.demands {
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

    /// The body has said that it is at its end.
    pub(super) fn end_was_told(&self) {
        self.end_was_told.store(true, Ordering::Relaxed);
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
        if *self.end_was_told.get_mut() {
            self.closes_for(CloseReason::Complete);
        }
        self.handle.close(self.reason);
    }
}
