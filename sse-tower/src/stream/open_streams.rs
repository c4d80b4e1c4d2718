//! The streams that are open, for a layer that has to find them again.

use core::pin::pin;
use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::StreamHandle;

/// The streams that are open, with what is known about each. One that is closed is gone at once.
pub(crate) struct OpenStreams<T> {
    state: Mutex<State<T>>,
    closed: Notify,
}

struct State<T> {
    open: HashMap<usize, (StreamHandle, T)>,
}

impl<T> Default for OpenStreams<T> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                open: HashMap::new(),
            }),
            closed: Notify::new(),
        }
    }
}

impl<T: Clone + Send + 'static> OpenStreams<T> {
    /// `false`: it is known already, by a layer that is worn twice.
    pub(crate) fn add(self: &Arc<Self>, stream: &StreamHandle, about: T) -> bool {
        let number = stream.number();
        let mut state = self.state.lock();
        if state.open.contains_key(&number) {
            return false;
        }
        state.open.insert(number, (stream.clone(), about));
        drop(state);
        let streams = Arc::clone(self);
        stream.hold(Open { number, streams });
        true
    }

    pub(crate) fn len(&self) -> usize {
        self.state.lock().open.len()
    }

    pub(crate) fn list(&self) -> Vec<(StreamHandle, T)> {
        self.state.lock().open.values().cloned().collect()
    }

    /// Waits until none is open. Cancel-safe.
    pub(crate) async fn emptied(&self) {
        let mut closed = pin!(self.closed.notified());
        loop {
            closed.as_mut().enable();
            if self.len() == 0 {
                return;
            }
            closed.as_mut().await;
            closed.set(self.closed.notified());
        }
    }
}

/// Held by a stream that is open.
struct Open<T> {
    number: usize,
    streams: Arc<OpenStreams<T>>,
}

impl<T> Drop for Open<T> {
    fn drop(&mut self) {
        let mut state = self.streams.state.lock();
        let stream = state.open.remove(&self.number);
        let last = state.open.is_empty();
        drop(state);
        // Outside of the lock: it may be the last one of something that is told.
        drop(stream);
        if last {
            self.streams.closed.notify_waiters();
        }
    }
}
