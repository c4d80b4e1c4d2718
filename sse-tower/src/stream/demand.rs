//! Whether a stream has something to send and is not asked for it.

use core::{
    sync::atomic::{AtomicU64, Ordering},
    task::Waker,
};
use std::{sync::Arc, task::Wake};

use parking_lot::Mutex;

/// Since when a stream has something to send and its body is not polled: from a frame that it gave, or
/// from a wake-up, until the next poll. Counted in ticks of a clock that somebody else moves, so that a
/// poll costs no look at the time.
pub(crate) struct Demand {
    clock: Arc<AtomicU64>,
    /// The tick and one; 0 for no demand.
    since: AtomicU64,
    /// Of the task that polled last.
    task: Mutex<Option<Waker>>,
}

impl Demand {
    pub(crate) fn new(clock: Arc<AtomicU64>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            since: AtomicU64::new(0),
            task: Mutex::new(None),
        })
    }

    /// The body is polled by this task. What it has to be woken by instead of the task's own waker.
    pub(crate) fn polled(self: &Arc<Self>, task: &Waker) -> Waker {
        self.since.store(0, Ordering::Release);
        let mut known = self.task.lock();
        if !known.as_ref().is_some_and(|known| known.will_wake(task)) {
            let old = known.replace(task.clone());
            drop(known);
            // Outside of the lock: a waker is anybody's code.
            drop(old);
        }
        Waker::from(Arc::clone(self))
    }

    /// From now on there is something to send.
    pub(crate) fn begin(&self) {
        let now = self.clock.load(Ordering::Acquire) + 1;
        let _ = self
            .since
            .compare_exchange(0, now, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// For how many ticks there has been something to send.
    pub(crate) fn ticks(&self) -> u64 {
        match self.since.load(Ordering::Acquire) {
            0 => 0,
            since => (self.clock.load(Ordering::Acquire) + 1).saturating_sub(since),
        }
    }
}

impl Wake for Demand {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.begin();
        // Kept, because the body need not be polled for each wake-up.
        let task = self.task.lock().clone();
        if let Some(task) = task {
            task.wake();
        }
    }
}
