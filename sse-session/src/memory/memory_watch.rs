//! Which logs somebody watches.

use core::fmt;
use std::sync::Arc;

use tokio::time::Instant;

use super::{memory_store::Inner, outbox::Watcher};
use crate::store::{LogName, Watch, WatchSink};

/// Which logs somebody watches.
pub(super) struct MemoryWatch {
    store: Arc<Inner>,
    watcher: Arc<Watcher>,
}

impl MemoryWatch {
    pub(super) fn new(store: Arc<Inner>, sink: Arc<dyn WatchSink>) -> Self {
        let watcher = Arc::new(Watcher::new(sink));
        Self { store, watcher }
    }
}

impl Watch for MemoryWatch {
    fn add(&self, log: &LogName) {
        let hints = self.store.logs.watch(log, &self.watcher, Instant::now());
        hints.tell();
    }

    fn remove(&self, log: &LogName) {
        self.store.logs.unwatch(log, &self.watcher, Instant::now());
    }
}

impl Drop for MemoryWatch {
    fn drop(&mut self) {
        self.watcher.close();
        self.store.logs.unwatch_all(&self.watcher, Instant::now());
    }
}

impl fmt::Debug for MemoryWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryWatch").finish_non_exhaustive()
    }
}
