//! What becomes of the connection, told to those who watch.

use core::{
    fmt,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};
use std::sync::{Arc, Weak};

use async_nats::Event;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::store::{WatchEvent, WatchSink};

/// One who watches.
pub(super) struct Watcher {
    pub(super) sink: Arc<dyn WatchSink>,
    pub(super) closed: AtomicBool,
}

impl Watcher {
    pub(super) fn tell(&self, event: WatchEvent) {
        if !self.closed.load(Ordering::Acquire) {
            self.sink.notify(event);
        }
    }
}

/// What becomes of the connection, told to those who watch.
#[derive(Default)]
pub(super) struct Events {
    watchers: Mutex<Vec<Weak<Watcher>>>,
    is_lost: AtomicBool,
    connection: AtomicU64,
    /// Of a connection that was made again.
    pub(super) again: Notify,
}

impl Events {
    pub(super) fn add(&self, watcher: &Arc<Watcher>) {
        let mut watchers = self.watchers.lock();
        watchers.retain(|watcher| watcher.strong_count() > 0);
        watchers.push(Arc::downgrade(watcher));
        drop(watchers);
        if self.is_lost.load(Ordering::Acquire) {
            watcher.tell(WatchEvent::Lost);
        }
    }

    /// Takes an event of the connection.
    pub(super) fn take(&self, event: &Event) {
        match event {
            Event::Disconnected | Event::Closed => {
                self.connection.fetch_add(1, Ordering::AcqRel);
                self.is_lost.store(true, Ordering::Release);
                self.tell_all(&WatchEvent::Lost);
            }
            Event::Connected => self.again.notify_one(),
            // The client has thrown hints away.
            Event::SlowConsumer(_) => {
                self.tell_all(&WatchEvent::Lost);
                if !self.is_lost.load(Ordering::Acquire) {
                    self.tell_all(&WatchEvent::Restored);
                }
            }
            Event::LameDuckMode
            | Event::Draining
            | Event::ServerError(_)
            | Event::ClientError(_) => {}
        }
    }

    /// Hints come again.
    pub(super) fn restore(&self) {
        if self.is_lost.swap(false, Ordering::AcqRel) {
            self.tell_all(&WatchEvent::Restored);
        }
    }

    /// Another one after each loss of the connection.
    pub(super) fn connection(&self) -> u64 {
        self.connection.load(Ordering::Acquire)
    }

    pub(super) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Acquire)
    }

    fn tell_all(&self, event: &WatchEvent) {
        let watchers: Vec<_> = self
            .watchers
            .lock()
            .iter()
            .filter_map(Weak::upgrade)
            .collect();
        for watcher in watchers {
            watcher.tell(event.clone());
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}
