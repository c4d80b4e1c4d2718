//! Hints that are lost, doubled or late.

use core::fmt;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Faults, HintFault};
use crate::store::{LogName, Watch, WatchEvent, WatchSink};

/// The sink between the store and the one that asked for hints.
pub(super) struct FaultySink {
    sink: Arc<dyn WatchSink>,
    faults: Faults,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    lost: bool,
    /// The logs whose watch came into force while hints were lost.
    watching: Vec<WatchEvent>,
    /// What comes after the next one.
    late: Option<WatchEvent>,
}

/// A watch that keeps its sink.
pub(super) struct FaultyWatch {
    watch: Box<dyn Watch>,
    _sink: Arc<FaultySink>,
}

impl FaultySink {
    pub(super) fn new(sink: Arc<dyn WatchSink>, faults: Faults) -> Arc<Self> {
        let sink = Arc::new(Self {
            sink,
            faults: faults.clone(),
            state: Mutex::default(),
        });
        faults.add_sink(&sink);
        sink
    }

    pub(super) fn lose(&self) {
        let mut state = self.state.lock();
        let before = core::mem::replace(&mut state.lost, true);
        state.late = None;
        drop(state);
        if !before {
            self.sink.notify(WatchEvent::Lost);
        }
    }

    pub(super) fn restore(&self) {
        let mut state = self.state.lock();
        let before = core::mem::replace(&mut state.lost, false);
        let watching = core::mem::take(&mut state.watching);
        drop(state);
        if before {
            self.sink.notify(WatchEvent::Restored);
        }
        for event in watching {
            self.sink.notify(event);
        }
    }

    /// What the sink is told now because of this event.
    fn due(&self, event: WatchEvent) -> Vec<WatchEvent> {
        let mut state = self.state.lock();
        if state.lost {
            if matches!(event, WatchEvent::Watching(_)) {
                state.watching.push(event);
            }
            return Vec::new();
        }
        if !matches!(
            event,
            WatchEvent::Appended { .. } | WatchEvent::Changed(_) | WatchEvent::Announced { .. }
        ) {
            return vec![event];
        }
        let mut due = match self.faults.next_hint() {
            None => vec![event],
            Some(HintFault::Drop) => Vec::new(),
            Some(HintFault::Double) => vec![event.clone(), event],
            // Only one waits: the one that waited comes now.
            Some(HintFault::Reorder) => return state.late.replace(event).into_iter().collect(),
        };
        if !due.is_empty() {
            due.extend(state.late.take());
        }
        due
    }
}

impl WatchSink for FaultySink {
    fn notify(&self, event: WatchEvent) {
        // The lock is not held meanwhile: the sink may ask for other faults.
        for event in self.due(event) {
            self.sink.notify(event);
        }
    }
}

impl FaultyWatch {
    pub(super) fn new(watch: Box<dyn Watch>, sink: Arc<FaultySink>) -> Self {
        Self { watch, _sink: sink }
    }
}

impl Watch for FaultyWatch {
    fn add(&self, log: &LogName) {
        self.watch.add(log);
    }

    fn remove(&self, log: &LogName) {
        self.watch.remove(log);
    }
}

impl fmt::Debug for FaultyWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FaultyWatch").field(&self.watch).finish()
    }
}
