//! The store.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::{ReferenceLog, state::State, watch::ReferenceWatch};
use crate::store::{
    Append, Appended, Capabilities, Entry, Expect, Fence, GapReason, Join, Joined, Key, LogName,
    Member, Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreError,
    StoreFuture, Verdict, Watch, WatchEvent, WatchSink, check,
};

/// The slow and obvious store, which other stores and the suite itself are measured against. A clone is
/// another handle on the same state.
///
/// Everything is in vectors that are searched from their beginning, under one lock. It declares every
/// capability, so that no case is skipped: opened again it is the same state in a new handle, and another
/// process is another handle.
///
/// Not for use in a server: it never forgets a log, and it is as slow as it looks.
#[derive(Clone, Default)]
pub struct ReferenceStore {
    state: Arc<Mutex<State>>,
}

impl ReferenceStore {
    /// The longest payload, in bytes.
    pub const MAX_PAYLOAD_BYTES: usize = 1 << 20;

    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Does something to a log behind the store's back, for stores that are broken on purpose. The log is
    /// made if it is not there.
    pub fn tamper<T>(&self, log: &LogName, with: impl FnOnce(&mut ReferenceLog) -> T) -> T {
        with(self.lock().log_or_new(log, random()))
    }

    /// Tells everybody who watches the log something, for stores that are broken on purpose.
    pub fn tell(&self, log: &LogName, event: &WatchEvent) {
        // The lock is not held meanwhile: a sink may ask the store.
        let watches = self.lock().watches.clone();
        for watched in watches.iter().filter_map(std::sync::Weak::upgrade) {
            watched.tell(log, event.clone());
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    fn append_now(&self, log: &LogName, append: Append) -> Result<Appended, StoreError> {
        check::append(&append, Self::MAX_PAYLOAD_BYTES)?;
        let now = Instant::now();
        let mut state = self.lock();
        check_fence(&state, append.fence.as_ref(), now)?;
        let (appended, record) = state.log_or_new(log, random()).append(append, now);
        drop(state);
        if let Some(record) = record {
            let log_name = log.clone();
            let event = WatchEvent::Appended {
                log: log_name,
                record,
            };
            self.tell(log, &event);
        }
        Ok(appended)
    }
}

/// Whether the fence holds, if there is one.
fn check_fence(state: &State, fence: Option<&Fence>, now: Instant) -> Result<(), StoreError> {
    let holds = fence.is_none_or(|it| state.registry.is_current(&it.key, it.revision, now));
    if holds {
        Ok(())
    } else {
        Err(StoreError::Fenced)
    }
}

/// An epoch that no other log has.
fn random() -> u64 {
    getrandom::u64().unwrap_or_else(|_| u64::from(crate::conformance::trial::new_tag()))
}

impl SessionStore for ReferenceStore {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            durable: true,
            shared: true,
            contiguous_offsets: true,
            byte_retention: true,
            exact_members: true,
            key_expiry: true,
            max_payload_bytes: Self::MAX_PAYLOAD_BYTES,
        }
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        Box::pin(async move { self.append_now(log, append) })
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        let nothing = Page {
            verdict: match from {
                ReadFrom::Earliest => Verdict::Contiguous,
                ReadFrom::After(_) => Verdict::Gap(GapReason::Unknown),
            },
            head: None,
            records: Vec::new(),
            more: false,
        };
        Box::pin(async move {
            let state = self.lock();
            Ok(state.log(log).map_or(nothing, |log| log.read(from, limit)))
        })
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        Box::pin(async move {
            let state = self.lock();
            let head = |log| state.log(log).and_then(|log| log.head);
            Ok(logs.iter().map(head).collect())
        })
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut state = self.lock();
            check_fence(&state, fence.as_ref(), Instant::now())?;
            if let Some(log) = state.log_mut(log) {
                log.trim(through);
            }
            Ok(())
        })
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            check::payload(&payload, Self::MAX_PAYLOAD_BYTES)?;
            let log_name = log.clone();
            let event = WatchEvent::Announced {
                log: log_name,
                payload,
            };
            self.tell(log, &event);
            Ok(())
        })
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        let watch = ReferenceWatch::new(sink);
        let mut state = self.lock();
        state.watches.retain(|watched| watched.strong_count() > 0);
        state.watches.push(watch.watched());
        Box::new(watch)
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        Box::pin(async move { Ok(self.lock().registry.get(key, Instant::now()).cloned()) })
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move {
            check::value(&value)?;
            let now = Instant::now();
            Ok(self.lock().registry.put(key, value, expect, ttl, now))
        })
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let now = Instant::now();
            Ok(self.lock().registry.extend(key, revision, ttl, now))
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        Box::pin(async move { Ok(self.lock().registry.remove(key, expect, Instant::now())) })
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        Box::pin(async move {
            check::member(&member)?;
            Ok(self.lock().sets.join(set, member, join, Instant::now()))
        })
    }

    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
        Box::pin(async move { Ok(self.lock().sets.leave(set, member, Instant::now())) })
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        Box::pin(async move { Ok(self.lock().sets.members(set, first, Instant::now())) })
    }
}

impl fmt::Debug for ReferenceStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReferenceStore").finish_non_exhaustive()
    }
}

impl fmt::Display for ReferenceStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("reference store")
    }
}
