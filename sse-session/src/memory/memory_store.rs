//! The store.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::{
    MemoryLimits, budget::Budget, log_shard::Hints, logs::Logs, memory_watch::MemoryWatch,
    refused::Refused, registry::Registry, sets::Sets,
};
use crate::store::{
    Append, Appended, Capabilities, Entry, Expect, Fence, Join, Joined, Key, LogName, Member,
    Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreError,
    StoreFuture, Watch, WatchSink, check,
};

/// A [`SessionStore`] in the memory of this process. See the [module](crate::memory).
///
/// Clones are the same store.
#[derive(Clone)]
pub struct MemoryStore {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    limits: MemoryLimits,
    budget: Budget,
    pub(super) logs: Logs,
    registry: Registry,
    sets: Sets,
}

impl MemoryStore {
    /// An empty one with the default limits.
    #[must_use]
    pub fn new() -> Self {
        Self::with_limits(MemoryLimits::default())
    }

    /// An empty one.
    #[must_use]
    pub fn with_limits(limits: MemoryLimits) -> Self {
        let inner = Inner {
            limits,
            budget: Budget::new(limits.max_bytes),
            logs: Logs::new(limits.max_logs),
            registry: Registry::default(),
            sets: Sets::default(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// How many bytes it holds, as the [module](crate::memory) counts them. What has expired may be
    /// counted for some time still.
    #[must_use]
    pub fn used_bytes(&self) -> u64 {
        self.inner.budget.used_bytes()
    }

    /// How many logs it holds, empty ones too.
    #[must_use]
    pub fn log_count(&self) -> usize {
        self.inner.logs.count()
    }
}

impl Inner {
    fn append(&self, log: &LogName, append: Append) -> Result<Appended, StoreError> {
        check::append(&append, self.limits.max_payload_bytes)?;
        let (appended, hints) = self.with_room(|now| {
            // Whoever has both locks took this one first.
            let _held = self.registry.hold(append.fence.as_ref(), now)?;
            let append = append.clone();
            self.logs.append(log, append, &self.budget, now)
        })?;
        hints.tell();
        Ok(appended)
    }

    fn trim(&self, log: &LogName, through: u64, fence: Option<&Fence>) -> Result<(), StoreError> {
        let now = Instant::now();
        let _held = self.registry.hold(fence, now)?;
        self.logs.trim(log, through, &self.budget, now);
        Ok(())
    }

    fn announce(&self, log: &LogName, payload: &Bytes) -> Result<(), StoreError> {
        check::payload(payload, self.limits.max_payload_bytes)?;
        let hints: Hints = self.logs.announce(log, payload);
        hints.tell();
        Ok(())
    }

    fn put(
        &self,
        key: &Key,
        value: &Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> Result<Put, StoreError> {
        check::value(value)?;
        self.with_room(|now| {
            let value = value.clone();
            let put = self
                .registry
                .put(key, value, expect, ttl, &self.budget, now);
            Ok(put?)
        })
    }

    fn join(&self, set: &SetName, member: &Member, join: Join) -> Result<Joined, StoreError> {
        check::member(member)?;
        self.with_room(|now| {
            let joined = self.sets.join(set, member.clone(), join, &self.budget, now);
            Ok(joined?)
        })
    }

    /// Removes all that has expired.
    pub(super) fn expire(&self, now: Instant) {
        self.logs.expire(&self.budget, now);
        self.registry.expire(&self.budget, now);
        self.sets.expire(&self.budget, now);
    }

    /// Tries; and if the store is full, once more without what has expired.
    fn with_room<T>(
        &self,
        attempt: impl Fn(Instant) -> Result<T, Refused>,
    ) -> Result<T, StoreError> {
        let now = Instant::now();
        match attempt(now) {
            Err(Refused::Full(_)) => {
                self.expire(now);
                Ok(attempt(now)?)
            }
            result => Ok(result?),
        }
    }
}

/// Each future does its work when it is polled first, in one step: dropped before, it has done nothing.
impl SessionStore for MemoryStore {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            durable: false,
            shared: false,
            contiguous_offsets: true,
            byte_retention: true,
            exact_members: true,
            key_expiry: true,
            max_payload_bytes: self.inner.limits.max_payload_bytes,
        }
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        Box::pin(async move { self.inner.append(log, append) })
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move {
            let Inner { logs, budget, .. } = &*self.inner;
            Ok(logs.read(log, from, limit, budget, Instant::now()))
        })
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        Box::pin(async move {
            let head = |log| self.inner.logs.head(log);
            Ok(logs.iter().map(head).collect())
        })
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.inner.trim(log, through, fence.as_ref()) })
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        Box::pin(async move { self.inner.announce(log, &payload) })
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        Box::new(MemoryWatch::new(Arc::clone(&self.inner), sink))
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        Box::pin(async move { Ok(self.inner.registry.get(key, Instant::now())) })
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move { self.inner.put(key, &value, expect, ttl) })
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let registry = &self.inner.registry;
            Ok(registry.extend(key, revision, ttl, Instant::now()))
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let Inner {
                registry, budget, ..
            } = &*self.inner;
            Ok(registry.remove(key, expect, budget, Instant::now()))
        })
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        Box::pin(async move { self.inner.join(set, &member, join) })
    }

    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let Inner { sets, budget, .. } = &*self.inner;
            Ok(sets.leave(set, member, budget, Instant::now()))
        })
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        Box::pin(async move {
            let Inner { sets, budget, .. } = &*self.inner;
            Ok(sets.members(set, first, budget, Instant::now()))
        })
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("memory")
    }
}

/// How much is in it, but not what.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("logs", &self.log_count())
            .field("used_bytes", &self.used_bytes())
            .finish_non_exhaustive()
    }
}
