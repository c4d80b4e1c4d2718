//! The database while it is open, and after it has failed.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use ::redb::{Database, Error};
use parking_lot::RwLock;

use super::{
    RedbOptions,
    clock::Clock,
    database,
    failure::{Failure, guarded},
    schema::meta,
    storage::Storage,
};

/// The database while it is open, and after it has failed. Those who read hold it open.
#[derive(Debug)]
pub(super) struct OpenFile {
    state: RwLock<State>,
    storage: Box<dyn Storage>,
    options: RedbOptions,
    sync_failed: Arc<AtomicBool>,
}

#[derive(Debug)]
enum State {
    Open(Database),
    /// It cannot be used now.
    Failed(Failure),
    Closed,
}

impl OpenFile {
    pub(super) fn open(
        storage: Box<dyn Storage>,
        options: RedbOptions,
    ) -> Result<(Self, Clock), Failure> {
        let sync_failed = Arc::default();
        let database = database::open(&*storage, &options, options.check, &sync_failed)?;
        let clock = database::begin(&database)?;
        let file = Self {
            state: RwLock::new(State::Open(database)),
            storage,
            options,
            sync_failed,
        };
        Ok((file, clock))
    }

    /// Does something with the database.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let state = self.state.read();
        match &*state {
            State::Open(database) => guarded(|| work(database)),
            State::Failed(failure) => Err(failure.clone()),
            State::Closed => Err(Failure::Closed),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(&*self.state.read(), State::Open(_))
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(&*self.state.read(), State::Closed)
    }

    /// Opens it again after something went wrong. The number of the last batch that is in it, unless it cannot be
    /// opened.
    pub(super) fn reopen(&self, why: &str) -> Option<u64> {
        let mut state = self.state.write();
        // Gives up its lock on the file. Damaged, it may panic.
        let failed = State::Failed(Failure::Unavailable(why.to_owned()));
        let before = core::mem::replace(&mut *state, failed);
        let _ = guarded(|| {
            drop(before);
            Ok::<_, Failure>(())
        });
        if self.sync_failed.load(Ordering::Acquire) {
            // For good: what is read back may not be what is on the disk.
            return None;
        }
        // Without a check: what was committed in two phases is whole.
        let opened = database::open(&*self.storage, &self.options, false, &self.sync_failed);
        let opened = opened.and_then(|database| {
            let last = guarded(|| database::number(&database, meta::BATCH))?;
            Ok((database, last))
        });
        match opened {
            Ok((database, last)) => {
                *state = State::Open(database);
                Some(last.unwrap_or(0))
            }
            Err(failure) => {
                *state = State::Failed(failure);
                None
            }
        }
    }

    /// Closes it, having written that it was closed.
    pub(super) fn close(&self, clock: &Clock) {
        let mut state = self.state.write();
        let before = core::mem::replace(&mut *state, State::Closed);
        let _ = guarded(|| {
            if let State::Open(database) = before {
                // What was acknowledged as synchronised is.
                let _ = database::end(&database, clock);
            }
            Ok::<_, Failure>(())
        });
    }
}
