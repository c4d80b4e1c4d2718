//! The sessions whose messages are handled on this node.

use core::{fmt, time::Duration};
use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;
use tokio::{sync::Notify, time::sleep};

use super::inbox::Shared;
use crate::store::{LogName, Position, WatchEvent, WatchSink};

/// So many inboxes are asked for at once.
const BATCH: usize = 256;

/// Those who handle messages on this node, by the inbox: more than one where a session has come back to it.
#[derive(Default)]
pub(super) struct Holders {
    by_log: Mutex<HashMap<LogName, Vec<Arc<Holder>>>>,
}

/// Who handles the messages of an inbox.
#[derive(Default)]
pub(super) struct Holder {
    pub(super) wake: Notify,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    stopped: bool,
    /// The newest message that it knows.
    seen: Option<Position>,
}

impl Holder {
    /// It is to handle no other message.
    pub(super) fn stop(&self) {
        self.state.lock().stopped = true;
        self.wake.notify_one();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.state.lock().stopped
    }

    pub(super) fn has_seen(&self, newest: Option<Position>) {
        self.state.lock().seen = newest;
    }
}

impl Holders {
    /// Whether it is the first one of this inbox.
    pub(super) fn insert(&self, log: LogName, holder: Arc<Holder>) -> bool {
        let mut by_log = self.by_log.lock();
        let holders = by_log.entry(log).or_default();
        holders.push(holder);
        holders.len() == 1
    }

    /// Whether it was the last one of this inbox.
    pub(super) fn remove(&self, log: &LogName, holder: &Arc<Holder>) -> bool {
        let mut by_log = self.by_log.lock();
        let Some(holders) = by_log.get_mut(log) else {
            return false;
        };
        holders.retain(|other| !Arc::ptr_eq(other, holder));
        let last = holders.is_empty();
        if last {
            by_log.remove(log);
        }
        last
    }

    fn wake(&self, log: &LogName) {
        let by_log = self.by_log.lock();
        let holders = by_log.get(log).into_iter().flatten();
        holders.for_each(|holder| holder.wake.notify_one());
    }

    fn wake_all(&self) {
        let by_log = self.by_log.lock();
        let holders = by_log.values().flatten();
        holders.for_each(|holder| holder.wake.notify_one());
    }

    fn logs(&self) -> Vec<LogName> {
        self.by_log.lock().keys().cloned().collect()
    }

    /// Wakes those who do not know of the newest message.
    fn compare(&self, log: &LogName, head: Option<Position>) {
        let by_log = self.by_log.lock();
        for holder in by_log.get(log).into_iter().flatten() {
            if holder.state.lock().seen != head {
                holder.wake.notify_one();
            }
        }
    }
}

/// Hints may be lost without anybody knowing: looks from time to time whether there is anything new.
pub(super) async fn watch_over(shared: Weak<Shared>) {
    loop {
        let interval = |shared: Arc<Shared>| shared.settings.check_interval;
        let Some(interval): Option<Duration> = shared.upgrade().map(interval) else {
            return;
        };
        sleep(interval).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        for logs in shared.holders.logs().chunks(BATCH) {
            // If the store is away, the next look is as good.
            let Ok(heads) = shared.store.heads(logs).await else {
                break;
            };
            for (log, head) in logs.iter().zip(heads) {
                shared.holders.compare(log, head);
            }
        }
    }
}

/// Takes what the store tells. It does not keep the inbox alive, which keeps the watch.
pub(super) struct Hints {
    shared: Weak<Shared>,
}

impl Hints {
    pub(super) const fn new(shared: Weak<Shared>) -> Self {
        Self { shared }
    }
}

impl WatchSink for Hints {
    fn notify(&self, event: WatchEvent) {
        let Some(shared) = self.shared.upgrade() else {
            return;
        };
        match event {
            WatchEvent::Appended { log, .. }
            | WatchEvent::Changed(log)
            // What was appended before the watch was in force was not told.
            | WatchEvent::Watching(log) => shared.holders.wake(&log),
            WatchEvent::Restored => shared.holders.wake_all(),
            WatchEvent::Announced { .. } | WatchEvent::Lost => (),
        }
    }
}

impl fmt::Debug for Hints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hints")
    }
}
