//! The open streams of a server that may drain.

use core::pin::pin;
use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::stream::StreamHandle;

/// The open streams.
#[derive(Default)]
pub(super) struct Streams {
    state: Mutex<State>,
    /// A drain has begun, or it has begun and the last stream is gone.
    changed: Notify,
}

#[derive(Default)]
pub(super) struct State {
    open: HashMap<u64, StreamHandle>,
    next: u64,
    begun: bool,
}

impl State {
    pub(super) const fn has_begun(&self) -> bool {
        self.begun
    }

    pub(super) fn is_over(&self) -> bool {
        self.begun && self.open.is_empty()
    }
}

impl Streams {
    pub(super) fn has_begun(&self) -> bool {
        self.state.lock().begun
    }

    /// Waits until this holds.
    pub(super) async fn until(&self, holds: impl Fn(&State) -> bool) {
        let mut changed = pin!(self.changed.notified());
        loop {
            changed.as_mut().enable();
            if holds(&self.state.lock()) {
                return;
            }
            changed.as_mut().await;
            changed.set(self.changed.notified());
        }
    }

    pub(super) fn open(&self) -> usize {
        self.state.lock().open.len()
    }

    /// Counts a stream until it is closed. `false`: a drain has begun meanwhile.
    pub(super) fn add(self: &Arc<Self>, stream: &StreamHandle) -> bool {
        let mut state = self.state.lock();
        let number = state.next;
        state.next += 1;
        state.open.insert(number, stream.clone());
        let begun = state.begun;
        drop(state);
        stream.hold(Counted {
            number,
            streams: Arc::clone(self),
        });
        !begun
    }

    /// All streams, the first time.
    pub(super) fn begin(&self) -> Vec<StreamHandle> {
        let mut state = self.state.lock();
        if core::mem::replace(&mut state.begun, true) {
            return Vec::new();
        }
        let open = state.open.values().cloned().collect();
        drop(state);
        self.changed.notify_waiters();
        open
    }
}

/// Held by a stream that is open.
struct Counted {
    number: u64,
    streams: Arc<Streams>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut state = self.streams.state.lock();
        let stream = state.open.remove(&self.number);
        let last = state.is_over();
        drop(state);
        drop(stream);
        if last {
            self.streams.changed.notify_waiters();
        }
    }
}
