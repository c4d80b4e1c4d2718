//! What a hub does in the background.

use parking_lot::Mutex;
use tokio::{runtime::Handle, task::JoinSet};

/// What a hub does in the background, on the runtime on which it was built.
#[derive(Debug)]
pub(super) struct Tasks {
    runtime: Handle,
    /// `None` once the hub is gone.
    running: Mutex<Option<JoinSet<()>>>,
}

impl Tasks {
    pub(super) fn new(runtime: Handle) -> Self {
        let running = Mutex::new(Some(JoinSet::new()));
        Self { runtime, running }
    }

    /// From any thread.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(running) = &mut *self.running.lock() {
            while running.try_join_next().is_some() {}
            running.spawn_on(task, &self.runtime);
        }
    }

    pub(super) fn end(&self) {
        let running = self.running.lock().take();
        drop(running);
    }
}
