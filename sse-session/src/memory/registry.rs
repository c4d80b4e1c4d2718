//! Values that are compared and set.

use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use parking_lot::MutexGuard;
use tokio::time::Instant;

use super::{
    MemoryFull,
    budget::Budget,
    expiring_map::{ExpiringMap, deadline},
    shards::Shards,
};
use crate::store::{Entry, Expect, Fence, Key, Put, StoreError};

/// What a value costs besides its bytes and those of its key.
const VALUE_BYTES: u64 = 256;

/// More than one, so that it is not overtaken.
const EXPIRED_PER_PUT: usize = 2;

type Values = ExpiringMap<Key, Entry>;

/// Values that are compared and set.
#[derive(Debug, Default)]
pub(super) struct Registry {
    shards: Shards<Values>,
    /// One counter for all keys, so that a key that is gone needs no memory for its revisions to grow.
    revisions: AtomicU64,
}

/// While it is there, a fence that held goes on holding.
#[derive(Debug)]
pub(super) struct Held<'a> {
    _values: Option<MutexGuard<'a, Values>>,
}

impl Registry {
    /// Holds a fence.
    pub(super) fn hold(&self, fence: Option<&Fence>, now: Instant) -> Result<Held<'_>, StoreError> {
        let Some(fence) = fence else {
            return Ok(Held { _values: None });
        };
        let values = self.shards.lock(&fence.key);
        match values.get(&fence.key, now) {
            Some(entry) if entry.revision == fence.revision => Ok(Held {
                _values: Some(values),
            }),
            _ => Err(StoreError::Fenced),
        }
    }

    pub(super) fn get(&self, key: &Key, now: Instant) -> Option<Entry> {
        self.shards.lock(key).get(key, now).cloned()
    }

    pub(super) fn put(
        &self,
        key: &Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
        budget: &Budget,
        now: Instant,
    ) -> Result<Put, MemoryFull> {
        let mut values = self.shards.lock(key);
        for _ in 0..EXPIRED_PER_PUT {
            expire_one(&mut values, budget, now);
        }
        let current = values.get(key, now);
        if !expect.is_met_by(current) {
            let current = current.cloned();
            return Ok(Put::Conflict { current });
        }
        let replaced = values.get_even_expired(key);
        let give = replaced.map_or(0, |entry| cost_of(key, entry));
        let mut entry = Entry { value, revision: 0 };
        budget.exchange(cost_of(key, &entry), give)?;
        let revision = self.revisions.fetch_add(1, Ordering::Relaxed) + 1;
        entry.revision = revision;
        values.put(key.clone(), entry, ttl.and_then(|ttl| deadline(now, ttl)));
        Ok(Put::Stored { revision })
    }

    pub(super) fn extend(&self, key: &Key, revision: u64, ttl: Duration, now: Instant) -> bool {
        let mut values = self.shards.lock(key);
        let is_current = Expect::Revision(revision).is_met_by(values.get(key, now));
        if is_current {
            values.set_deadline(key, deadline(now, ttl));
        }
        is_current
    }

    pub(super) fn remove(&self, key: &Key, expect: Expect, budget: &Budget, now: Instant) -> bool {
        let mut values = self.shards.lock(key);
        expire_one(&mut values, budget, now);
        let current = values.get(key, now);
        if current.is_none() || !expect.is_met_by(current) {
            return false;
        }
        let removed = values.remove(key);
        budget.give(removed.map_or(0, |entry| cost_of(key, &entry)));
        true
    }

    /// Removes all that has expired.
    pub(super) fn expire(&self, budget: &Budget, now: Instant) {
        for shard in self.shards.iter() {
            let mut values = shard.lock();
            while expire_one(&mut values, budget, now) {}
        }
    }
}

fn expire_one(values: &mut Values, budget: &Budget, now: Instant) -> bool {
    let Some((key, entry)) = values.expire_one(now) else {
        return false;
    };
    budget.give(cost_of(&key, &entry));
    true
}

fn cost_of(key: &Key, entry: &Entry) -> u64 {
    VALUE_BYTES + (key.as_str().len() + entry.value.len()) as u64
}
