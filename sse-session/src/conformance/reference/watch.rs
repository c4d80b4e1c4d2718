//! Who watches what.

use core::fmt;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::store::{LogName, Watch, WatchEvent, WatchSink};

/// A watch: ends when it is dropped.
pub(super) struct ReferenceWatch {
    watched: Arc<Watched>,
}

/// Where a watch's hints go, and of which logs.
pub(super) struct Watched {
    sink: Arc<dyn WatchSink>,
    logs: Mutex<Vec<LogName>>,
}

impl ReferenceWatch {
    pub(super) fn new(sink: Arc<dyn WatchSink>) -> Self {
        Self {
            watched: Arc::new(Watched {
                sink,
                logs: Mutex::default(),
            }),
        }
    }

    pub(super) fn watched(&self) -> Weak<Watched> {
        Arc::downgrade(&self.watched)
    }
}

impl Watched {
    pub(super) fn tell(&self, log: &LogName, event: WatchEvent) {
        // The lock is not held meanwhile: the sink may add and remove.
        let watched = self.logs.lock().contains(log);
        if watched {
            self.sink.notify(event);
        }
    }
}

impl Watch for ReferenceWatch {
    fn add(&self, log: &LogName) {
        let mut logs = self.watched.logs.lock();
        if !logs.contains(log) {
            logs.push(log.clone());
        }
        drop(logs);
        let watching = WatchEvent::Watching(log.clone());
        self.watched.sink.notify(watching);
    }

    fn remove(&self, log: &LogName) {
        self.watched.logs.lock().retain(|watched| watched != log);
    }
}

impl fmt::Debug for ReferenceWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReferenceWatch").finish_non_exhaustive()
    }
}
