//! What ends a connection from outside.

use core::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Waker},
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ConnectionEnded;

/// Ends a connection from outside, whatever its task is doing. Made by
/// [`GuardedIo::handle`](super::GuardedIo::handle), put into the extensions of requests by
/// [`ConnectionHandleLayer`](super::ConnectionHandleLayer).
///
/// Clones end the same connection. A handle keeps neither the connection nor its task alive, and
/// shows no address in its `Debug`.
#[derive(Clone)]
pub struct ConnectionHandle {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Whether `State::ending` is set, without taking the lock.
    ended: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ending: Option<ConnectionEnded>,
    wakers: [Option<Waker>; 2],
}

impl ConnectionHandle {
    pub(super) fn new() -> Self {
        Self {
            shared: Arc::default(),
        }
    }

    /// Ends the connection, with everything on it: on HTTP/2 every stream, also those of other
    /// users if a proxy shares the connection between them.
    ///
    /// Returns at once, from any thread. The task that owns the connection is woken; its next read
    /// or write fails, with which HTTP servers drop it. Ending a connection that is closed or was
    /// ended does nothing.
    pub fn abort(&self) {
        self.end(ConnectionEnded::Aborted);
    }

    /// Why the connection was ended, if the guard or [`abort`](Self::abort) did. What came first
    /// counts. `None` for a connection that is open, and for one that ended in another way.
    pub fn ended(&self) -> Option<ConnectionEnded> {
        if self.shared.ended.load(Ordering::Acquire) {
            self.lock().ending
        } else {
            None
        }
    }

    /// Ends the connection for this reason, unless it was before. Returns the reason that counts.
    pub(super) fn end(&self, reason: ConnectionEnded) -> ConnectionEnded {
        let (reason, wakers) = {
            let mut state = self.lock();
            let reason = *state.ending.get_or_insert(reason);
            self.shared.ended.store(true, Ordering::Release);
            (reason, core::mem::take(&mut state.wakers))
        };
        // Not under the lock: a waker is anybody's code.
        wakers.into_iter().flatten().for_each(Waker::wake);
        reason
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under the lock.
        self.shared
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ConnectionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionHandle")
            .field("ended", &self.ended())
            .finish_non_exhaustive()
    }
}

/// A direction of the connection. Each may be polled by a task of its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Direction {
    Incoming,
    Outgoing,
}

/// The connection's side of its handles: whom they wake.
///
/// Tasks are known after every poll, not only after those that return `Pending`: a task that waits
/// for something else than the connection must learn of its end too.
pub(super) struct Registration {
    handle: ConnectionHandle,
    /// A copy of what is shared, so that a poll by the same task as before takes no lock.
    known: [Option<Waker>; 2],
}

impl Registration {
    pub(super) fn new() -> Self {
        Self {
            handle: ConnectionHandle::new(),
            known: [None, None],
        }
    }

    pub(super) const fn handle(&self) -> &ConnectionHandle {
        &self.handle
    }

    /// Wakes the task that writes, if there was one.
    pub(super) fn wake_outgoing(&self) {
        if let Some(waker) = &self.known[Direction::Outgoing as usize] {
            waker.wake_by_ref();
        }
    }

    /// The task of `context` is woken when the connection is ended. If it was, why.
    #[inline]
    pub(super) fn register(
        &mut self,
        direction: Direction,
        context: &Context<'_>,
    ) -> Result<(), ConnectionEnded> {
        let known = &self.known[direction as usize];
        if !known
            .as_ref()
            .is_some_and(|known| known.will_wake(context.waker()))
        {
            self.remember(direction, context.waker());
        }
        // After that: whoever sets the flag later finds the waker.
        self.handle.ended().map_or(Ok(()), Err)
    }

    #[cold]
    fn remember(&mut self, direction: Direction, waker: &Waker) {
        let index = direction as usize;
        self.known[index] = Some(waker.clone());
        let mut next = Some(waker.clone());
        core::mem::swap(&mut self.handle.lock().wakers[index], &mut next);
        // What was replaced is dropped outside the lock: a waker is anybody's code.
        drop(next);
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // A handle that somebody keeps must not keep the task's memory.
        let wakers = core::mem::take(&mut self.handle.lock().wakers);
        drop(wakers);
    }
}
