//! Hints of a part of a store.

use std::sync::Arc;

use crate::store::{LogName, Watch, WatchEvent, WatchSink};

/// Takes the prefix off.
pub(super) struct PrefixSink {
    prefix: Arc<str>,
    sink: Arc<dyn WatchSink>,
}

impl PrefixSink {
    pub(super) fn new(prefix: Arc<str>, sink: Arc<dyn WatchSink>) -> Self {
        Self { prefix, sink }
    }

    fn own(&self, event: WatchEvent) -> Option<WatchEvent> {
        let own = |log: LogName| log.without_prefix(&self.prefix);
        Some(match event {
            WatchEvent::Appended { log, record } => WatchEvent::Appended {
                log: own(log)?,
                record,
            },
            WatchEvent::Changed(log) => WatchEvent::Changed(own(log)?),
            WatchEvent::Watching(log) => WatchEvent::Watching(own(log)?),
            WatchEvent::Announced { log, payload } => WatchEvent::Announced {
                log: own(log)?,
                payload,
            },
            WatchEvent::Lost => WatchEvent::Lost,
            WatchEvent::Restored => WatchEvent::Restored,
        })
    }
}

impl WatchSink for PrefixSink {
    fn notify(&self, event: WatchEvent) {
        if let Some(event) = self.own(event) {
            self.sink.notify(event);
        }
    }
}

/// Puts the prefix on.
#[derive(Debug)]
pub(super) struct PrefixWatch {
    prefix: Arc<str>,
    watch: Box<dyn Watch>,
}

impl PrefixWatch {
    pub(super) fn new(prefix: Arc<str>, watch: Box<dyn Watch>) -> Self {
        Self { prefix, watch }
    }
}

impl Watch for PrefixWatch {
    fn add(&self, log: &LogName) {
        self.watch.add(&log.prefixed(&self.prefix));
    }

    fn remove(&self, log: &LogName) {
        self.watch.remove(&log.prefixed(&self.prefix));
    }
}
