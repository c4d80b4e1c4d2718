//! The handle of an open stream.

use core::{
    any::Any,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    task::Waker,
};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::time::Instant;

#[cfg(feature = "stall")]
use super::Demand;
use super::{CloseReason, ScheduledEnd, StreamEnd, StreamObserver};
#[cfg(feature = "stall")]
use crate::stall::{ConnectionEnded, ConnectionHandle};

/// An open stream, from outside of its body. In the extensions of a response that a layer of this
/// crate watches; clones are the same stream.
#[derive(Clone)]
pub struct StreamHandle {
    shared: Arc<Shared>,
}

struct Shared {
    opened: Instant,
    /// The body has to look at the state: all that a busy stream looks at.
    called: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The end that the body has not taken yet.
    end: Option<ScheduledEnd>,
    /// Of the body, while it waits.
    waker: Option<Waker>,
    guards: Vec<Box<dyn Any + Send + Sync>>,
    observers: Vec<Arc<dyn StreamObserver>>,
    #[cfg(feature = "stall")]
    demands: Vec<Arc<Demand>>,
    #[cfg(feature = "stall")]
    connection: Option<ConnectionHandle>,
    closed: Option<CloseReason>,
}

impl StreamHandle {
    pub(crate) fn new() -> Self {
        let shared = Shared {
            opened: Instant::now(),
            called: AtomicBool::new(false),
            state: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Ends the stream at its next event boundary.
    ///
    /// The body does it when it is polled; one whose client takes nothing may not be.
    pub fn end(&self, end: StreamEnd) {
        self.end_at(Instant::now(), end);
    }

    /// Ends the stream at the first event boundary from this time on. Of several ends the earliest
    /// counts.
    pub fn end_at(&self, at: Instant, end: StreamEnd) {
        let mut state = self.shared.state.lock();
        if state.closed.is_some() {
            return;
        }
        let new = ScheduledEnd { at, end };
        state.end = Some(ScheduledEnd::earlier(state.end.take(), new));
        self.call(state);
    }

    /// Keeps this until the stream is closed, and drops it then; at once if it is closed already.
    pub fn hold(&self, guard: impl Send + Sync + 'static) {
        let mut state = self.shared.state.lock();
        if state.closed.is_none() {
            state.guards.push(Box::new(guard));
        }
    }

    /// Tells this observer what happens from now on, and that the stream was opened. What happened
    /// before is not told, so call it before the body is polled.
    pub fn observe(&self, observer: Arc<dyn StreamObserver>) {
        observer.opened();
        let mut state = self.shared.state.lock();
        if let Some(reason) = state.closed {
            drop(state);
            observer.closed(reason, self.shared.opened.elapsed());
        } else {
            state.observers.push(observer);
            self.call(state);
        }
    }

    /// Lets this know whether the stream has something to send and is not polled. If the connection is
    /// ended because its peer takes nothing, the stream is stalled, too.
    #[cfg(feature = "stall")]
    pub(crate) fn demand(&self, demand: Arc<Demand>, connection: Option<ConnectionHandle>) {
        let mut state = self.shared.state.lock();
        if state.closed.is_some() {
            return;
        }
        state.demands.push(demand);
        state.connection = connection.or(state.connection.take());
        self.call(state);
    }

    /// Whether the stream is closed: its body has ended or was dropped, or it was given up.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.state.lock().closed.is_some()
    }

    /// Of the stream, as long as there is any handle of it.
    pub(crate) fn number(&self) -> usize {
        Arc::as_ptr(&self.shared).addr()
    }

    /// How long ago it was opened.
    pub(crate) fn opened(&self) -> Instant {
        self.shared.opened
    }

    /// Closes the stream for all but its body: what it holds is dropped, its observers are told. The
    /// first reason counts. The body ends when it is polled.
    pub(crate) fn close(&self, reason: CloseReason) {
        let mut state = self.shared.state.lock();
        if state.closed.is_some() {
            return;
        }
        #[cfg(feature = "stall")]
        let reason = match state.connection.take().and_then(|known| known.ended()) {
            Some(ConnectionEnded::Stalled { .. }) if reason == CloseReason::ClientGone => {
                CloseReason::Stalled
            }
            _ => reason,
        };
        // A handle that somebody keeps must not keep the task.
        #[cfg(feature = "stall")]
        let demands = core::mem::take(&mut state.demands);
        state.closed = Some(reason);
        let guards = core::mem::take(&mut state.guards);
        let observers = core::mem::take(&mut state.observers);
        self.call(state);
        #[cfg(feature = "stall")]
        drop(demands);
        drop(guards);
        let lasted = self.shared.opened.elapsed();
        for observer in observers {
            observer.closed(reason, lasted);
        }
    }

    /// Makes the body look at the state.
    fn call(&self, mut state: parking_lot::MutexGuard<'_, State>) {
        self.shared.called.store(true, Ordering::Release);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether there is news. One atomic read, for every frame.
    #[inline]
    pub(crate) fn is_called(&self) -> bool {
        self.shared.called.load(Ordering::Acquire)
    }

    /// What is new.
    pub(crate) fn take_news(&self) -> News {
        let mut state = self.shared.state.lock();
        self.shared.called.store(false, Ordering::Relaxed);
        News {
            end: state.end.take(),
            observers: state.observers.clone(),
            #[cfg(feature = "stall")]
            demands: state.demands.clone(),
            closed: state.closed.is_some(),
        }
    }

    /// Wakes this waker when there is news. `false`: there is already.
    pub(crate) fn wait(&self, waker: &Waker) -> bool {
        let mut state = self.shared.state.lock();
        if self.is_called() {
            return false;
        }
        if state.waker.as_ref().is_some_and(|old| old.will_wake(waker)) {
            return true;
        }
        let old = state.waker.replace(waker.clone());
        drop(state);
        // Outside of the lock: a waker is anybody's code.
        drop(old);
        true
    }
}

/// What a body learns from its handle.
pub(crate) struct News {
    pub(crate) end: Option<ScheduledEnd>,
    pub(crate) observers: Vec<Arc<dyn StreamObserver>>,
    #[cfg(feature = "stall")]
    pub(crate) demands: Vec<Arc<Demand>>,
    pub(crate) closed: bool,
}

impl fmt::Debug for StreamHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamHandle")
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    #[derive(Default)]
    struct Log(Mutex<Vec<String>>);

    impl StreamObserver for Log {
        fn opened(&self) {
            self.0.lock().push("opened".to_owned());
        }

        fn closed(&self, reason: CloseReason, lasted: Duration) {
            self.0.lock().push(format!("{reason} {}", lasted.as_secs()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_is_closed_once_and_lets_go_of_what_it_holds() {
        let handle = StreamHandle::new();
        let (log, slot) = (Arc::new(Log::default()), Arc::new(()));
        handle.observe(log.clone());
        handle.hold(slot.clone());
        tokio::time::sleep(Duration::from_secs(3)).await;
        handle.close(CloseReason::Stalled);
        handle.close(CloseReason::ClientGone);
        assert_eq!(*log.0.lock(), ["opened", "stalled 3"]);
        assert_eq!(Arc::strong_count(&slot), 1);
        handle.hold(slot.clone());
        assert_eq!(Arc::strong_count(&slot), 1);
    }

    #[test]
    fn of_several_ends_the_earliest_counts() {
        let handle = StreamHandle::new();
        let now = Instant::now();
        for (seconds, reason) in [
            (5, CloseReason::Lifetime),
            (3, CloseReason::Drained),
            (9, CloseReason::Limit),
        ] {
            handle.end_at(now + Duration::from_secs(seconds), StreamEnd::new(reason));
        }
        assert!(handle.is_called());
        assert!(!handle.wait(Waker::noop()));
        assert_eq!(
            handle.take_news().end.unwrap().end.reason,
            CloseReason::Drained
        );
        assert!(handle.wait(Waker::noop()));
    }
}
