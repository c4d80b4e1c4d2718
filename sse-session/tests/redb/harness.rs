//! How the conformance suite gets at the store.

use std::sync::{Arc, Mutex};

use sse_session::{
    conformance::{Harness, HarnessFuture, Stop},
    redb::{RedbOptions, RedbStore},
    store::SessionStore,
};
use tempfile::TempDir;

use super::steady::Steady;

/// Stores in files of their own.
#[derive(Debug)]
pub(crate) struct RedbHarness {
    name: &'static str,
    options: RedbOptions,
    opened: Mutex<Vec<(RedbStore, TempDir)>>,
}

impl RedbHarness {
    pub(crate) fn new(name: &'static str, options: RedbOptions) -> Self {
        Self {
            name,
            options,
            opened: Mutex::default(),
        }
    }

    fn open(&self, folder: TempDir) -> Result<Arc<dyn SessionStore>, Stop> {
        let file = folder.path().join("sessions.redb");
        let store = RedbStore::open_with(file, self.options).map_err(Stop::failed)?;
        self.opened.lock().unwrap().push((store.clone(), folder));
        Ok(Arc::new(Steady::new(store)))
    }
}

impl Harness for RedbHarness {
    fn name(&self) -> &str {
        self.name
    }

    fn fresh(&self) -> HarnessFuture<'_> {
        Box::pin(async { self.open(TempDir::new().map_err(Stop::failed)?) })
    }

    /// The one that was opened last.
    fn reopen(&self, store: Arc<dyn SessionStore>) -> HarnessFuture<'_> {
        Box::pin(async move {
            if Arc::strong_count(&store) > 1 {
                return Err(Stop::failed("somebody else still has the store"));
            }
            drop(store);
            let last = self.opened.lock().unwrap().pop();
            let (store, folder) = last.ok_or_else(|| Stop::failed("none was opened"))?;
            Steady::new(store).close().await;
            self.open(folder)
        })
    }
}
