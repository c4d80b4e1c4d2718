//! Hints that are to be told, and their order.

use core::{
    cell::Cell,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};
use std::{collections::VecDeque, sync::Arc};

use parking_lot::{Condvar, Mutex};

use crate::store::{WatchEvent, WatchSink};

thread_local! {
    /// Whether this thread is calling a sink.
    static TELLING: Cell<bool> = const { Cell::new(false) };
}

/// Someone who watches.
pub(super) struct Watcher {
    sink: Arc<dyn WatchSink>,
    closed: AtomicBool,
}

impl Watcher {
    pub(super) fn new(sink: Arc<dyn WatchSink>) -> Self {
        Self {
            sink,
            closed: AtomicBool::new(false),
        }
    }

    /// Nothing is told from now on.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    fn tell(&self, hint: WatchEvent) {
        if !self.closed.load(Ordering::Acquire) {
            self.sink.notify(hint);
        }
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher").finish_non_exhaustive()
    }
}

/// Hints that are to be told.
///
/// They are put in while what they tell of is locked, so in its order, and told when it is not. One
/// thread at a time tells them, so that they stay in order. Others wait for it, which also bounds how
/// many hints are waiting; but not those that a sink has called: these leave their hints to whoever is
/// at it, so that sinks may do anything and never wait for each other.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    state: Mutex<State>,
    turn_over: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<(Arc<Watcher>, WatchEvent)>,
    /// Whether a thread is at it, who will tell all that is put in before this is `false` again.
    is_taken: bool,
}

impl Outbox {
    /// Puts a hint in.
    pub(super) fn put(&self, watcher: &Arc<Watcher>, hint: WatchEvent) {
        let hint = (Arc::clone(watcher), hint);
        self.state.lock().waiting.push_back(hint);
    }

    /// Tells what is waiting, or leaves it to whoever is at it. With nothing locked.
    pub(super) fn tell(&self) {
        let Some(mut turn) = self.take_turn() else {
            return;
        };
        while let Some((watcher, hint)) = turn.next() {
            watcher.tell(hint);
        }
    }

    fn take_turn(&self) -> Option<Turn<'_>> {
        let mut state = self.state.lock();
        while state.is_taken {
            if TELLING.get() {
                return None;
            }
            self.turn_over.wait(&mut state);
        }
        state.is_taken = true;
        Some(Turn {
            outbox: self,
            is_over: false,
            was_telling: TELLING.replace(true),
        })
    }
}

/// This thread tells hints, until there are none, or one of its sinks has panicked.
struct Turn<'a> {
    outbox: &'a Outbox,
    is_over: bool,
    was_telling: bool,
}

impl Turn<'_> {
    fn next(&mut self) -> Option<(Arc<Watcher>, WatchEvent)> {
        let mut state = self.outbox.state.lock();
        let next = state.waiting.pop_front();
        if next.is_none() {
            // Under the same lock: a hint that is put in from now on is not left to us.
            state.is_taken = false;
            self.is_over = true;
        }
        next
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.outbox.state.lock().is_taken = false;
        }
        self.outbox.turn_over.notify_all();
        TELLING.set(self.was_telling);
    }
}
