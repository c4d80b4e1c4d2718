//! The keeper.

use core::{fmt, time::Duration};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use tokio::{runtime::Handle, sync::Notify, task::AbortHandle, time::Instant};

use super::{Kept, Work, jobs::Jobs, run::run, table::Table};
use crate::store::{LogName, SessionStore, Watch, WatchEvent, WatchSink};

/// Renews what a node holds. Its task ends when it is dropped; what was to be done is then left to the times to
/// live.
pub(crate) struct Keeper {
    shared: Arc<Shared>,
    task: AbortHandle,
}

/// What the keeper and its task share.
pub(super) struct Shared {
    pub(super) store: Arc<dyn SessionStore>,
    pub(super) interval: Duration,
    pub(super) table: Mutex<Table>,
    pub(super) jobs: Mutex<Jobs>,
    pub(super) wake: Notify,
    /// Taken before `table` by whoever changes both. Never by a hint, which may come from inside the
    /// store.
    watch: Mutex<Option<Box<dyn Watch>>>,
}

impl Keeper {
    /// Renews each `interval`, on this runtime.
    pub(crate) fn new(store: Arc<dyn SessionStore>, interval: Duration, runtime: &Handle) -> Self {
        let shared = Arc::new_cyclic(|shared| {
            let hints = Hints(Weak::clone(shared));
            Shared {
                watch: Mutex::new(Some(store.watch(Arc::new(hints)))),
                store,
                interval,
                table: Mutex::default(),
                jobs: Mutex::default(),
                wake: Notify::new(),
            }
        });
        let task = runtime.spawn(run(Arc::clone(&shared))).abort_handle();
        Self { shared, task }
    }

    pub(crate) fn store(&self) -> &Arc<dyn SessionStore> {
        &self.shared.store
    }

    /// Renews it from now on; a number by which it is forgotten.
    pub(crate) fn keep(&self, kept: Arc<dyn Kept>) -> u64 {
        let watch = self.shared.watch.lock();
        let (number, control) = self.shared.table.lock().insert(kept);
        if let (Some(control), Some(watch)) = (control, &*watch) {
            watch.add(&control);
        }
        number
    }

    /// Renews it no more.
    pub(crate) fn forget(&self, number: u64) {
        self.shared.forget(number);
    }

    /// Does something in the background, at this time.
    pub(crate) fn later(&self, at: Instant, work: Work) {
        self.shared.jobs.lock().push(at, work);
        self.shared.wake.notify_one();
    }

    /// Looks at once at all that is told of by this log.
    pub(crate) fn changed(&self, control: &LogName) {
        self.shared.changed(control);
    }

    /// Looks at once at all others that are told of where this one is.
    pub(crate) fn changed_beside(&self, number: u64) {
        if self.shared.table.lock().changed_beside(number) {
            self.shared.wake.notify_one();
        }
    }

    /// How much is kept.
    pub(crate) fn len(&self) -> usize {
        self.shared.table.lock().len()
    }
}

impl Shared {
    pub(super) fn forget(&self, number: u64) {
        let watch = self.watch.lock();
        let control = self.table.lock().remove(number);
        if let (Some(control), Some(watch)) = (control, &*watch) {
            watch.remove(&control);
        }
    }

    fn changed(&self, control: &LogName) {
        if self.table.lock().changed(control) {
            self.wake.notify_one();
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.task.abort();
        let watch = self.shared.watch.lock().take();
        drop(watch);
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper")
            .field("store", &format_args!("{}", self.shared.store))
            .field("kept", &self.len())
            .finish_non_exhaustive()
    }
}

/// Takes what others tell. It does not keep the keeper alive, which keeps the watch.
struct Hints(Weak<Shared>);

impl WatchSink for Hints {
    fn notify(&self, event: WatchEvent) {
        let Some(shared) = self.0.upgrade() else {
            return;
        };
        match event {
            WatchEvent::Announced { log, .. }
            | WatchEvent::Appended { log, .. }
            | WatchEvent::Changed(log) => shared.changed(&log),
            // What was told meanwhile was not heard.
            WatchEvent::Restored => {
                shared.table.lock().all_changed();
                shared.wake.notify_one();
            }
            WatchEvent::Watching(_) | WatchEvent::Lost => (),
        }
    }
}
