//! Who watches which logs.

use core::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};
use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use parking_lot::RwLock;

use crate::store::{LogName, Watch, WatchEvent, WatchSink};

/// Who watches which logs.
#[derive(Default)]
pub(super) struct Watchers {
    logs: RwLock<HashMap<Box<str>, Vec<Arc<Watcher>>>>,
}

struct Watcher {
    sink: Arc<dyn WatchSink>,
    closed: AtomicBool,
}

impl Watchers {
    pub(super) fn is_watched(&self, log: &str) -> bool {
        self.logs.read().contains_key(log)
    }

    /// Tells everybody who watches the log, with nothing locked.
    pub(super) fn tell(&self, log: &LogName, hint: impl Fn() -> WatchEvent) {
        let watchers = self.logs.read().get(log.as_str()).cloned();
        for watcher in watchers.iter().flatten() {
            watcher.tell(hint());
        }
    }

    /// Tells everybody once.
    pub(super) fn tell_all(&self, hint: &WatchEvent) {
        let logs = self.logs.read();
        let mut all: Vec<_> = logs.values().flatten().cloned().collect();
        drop(logs);
        all.sort_unstable_by_key(Arc::as_ptr);
        all.dedup_by_key(|watcher| Arc::as_ptr(watcher));
        for watcher in all {
            watcher.tell(hint.clone());
        }
    }

    fn remove(&self, log: &LogName, watcher: &Arc<Watcher>) {
        let mut logs = self.logs.write();
        if let Some(watchers) = logs.get_mut(log.as_str()) {
            watchers.retain(|other| !Arc::ptr_eq(other, watcher));
            if watchers.is_empty() {
                logs.remove(log.as_str());
            }
        }
    }
}

impl Watcher {
    fn tell(&self, hint: WatchEvent) {
        if self.closed.load(Ordering::Acquire) {
            return;
        }
        // A sink that panics may not take the thread that writes with it.
        let _ = catch_unwind(AssertUnwindSafe(|| self.sink.notify(hint)));
    }
}

impl fmt::Debug for Watchers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let logs = self.logs.read().len();
        f.debug_struct("Watchers").field("logs", &logs).finish()
    }
}

/// The logs that one sink watches.
pub(super) struct RedbWatch {
    watchers: Arc<Watchers>,
    watcher: Arc<Watcher>,
}

impl RedbWatch {
    pub(super) fn new(watchers: Arc<Watchers>, sink: Arc<dyn WatchSink>) -> Self {
        let closed = AtomicBool::new(false);
        Self {
            watchers,
            watcher: Arc::new(Watcher { sink, closed }),
        }
    }
}

impl Watch for RedbWatch {
    fn add(&self, log: &LogName) {
        {
            let mut logs = self.watchers.logs.write();
            let watchers = logs.entry(log.as_str().into()).or_default();
            let is_there = |other| Arc::ptr_eq(other, &self.watcher);
            if !watchers.iter().any(is_there) {
                watchers.push(Arc::clone(&self.watcher));
            }
        }
        self.watcher.tell(WatchEvent::Watching(log.clone()));
    }

    fn remove(&self, log: &LogName) {
        self.watchers.remove(log, &self.watcher);
    }
}

impl Drop for RedbWatch {
    fn drop(&mut self) {
        self.watcher.closed.store(true, Ordering::Release);
        let mut logs = self.watchers.logs.write();
        logs.retain(|_, watchers| {
            watchers.retain(|other| !Arc::ptr_eq(other, &self.watcher));
            !watchers.is_empty()
        });
    }
}

impl fmt::Debug for RedbWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbWatch").finish_non_exhaustive()
    }
}
