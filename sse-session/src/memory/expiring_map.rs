//! A table whose entries expire.

use core::{hash::Hash, time::Duration};
use std::collections::{HashMap, hash_map::Entry};

use tokio::time::Instant;

use super::schedule::Schedule;

/// A table whose entries expire: at the deadline they are not there any more, and some time later they
/// are taken out.
#[derive(Debug)]
pub(super) struct ExpiringMap<K, V> {
    entries: HashMap<K, Expiring<V>>,
    deadlines: Schedule<K>,
}

#[derive(Debug)]
struct Expiring<V> {
    value: V,
    deadline: Option<Instant>,
}

impl<V> Expiring<V> {
    fn is_live(&self, now: Instant) -> bool {
        self.deadline.is_none_or(|deadline| now < deadline)
    }
}

impl<K: Hash + Ord + Clone, V> ExpiringMap<K, V> {
    /// The value, unless it has expired.
    pub(super) fn get(&self, key: &K, now: Instant) -> Option<&V> {
        let entry = self.entries.get(key)?;
        entry.is_live(now).then_some(&entry.value)
    }

    /// The value, unless it has expired.
    pub(super) fn get_mut(&mut self, key: &K, now: Instant) -> Option<&mut V> {
        let entry = self.entries.get_mut(key)?;
        entry.is_live(now).then_some(&mut entry.value)
    }

    /// The value, expired or not.
    pub(super) fn get_even_expired(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// Puts a value in the place of what was there, which is given back, expired or not.
    pub(super) fn put(&mut self, key: K, value: V, deadline: Option<Instant>) -> Option<V> {
        match self.entries.entry(key) {
            Entry::Occupied(mut entry) => {
                let key = entry.key().clone();
                let entry = entry.get_mut();
                self.deadlines
                    .reschedule(&key, &mut entry.deadline, deadline);
                Some(core::mem::replace(&mut entry.value, value))
            }
            Entry::Vacant(entry) => {
                let mut at = None;
                self.deadlines.reschedule(entry.key(), &mut at, deadline);
                entry.insert(Expiring {
                    value,
                    deadline: at,
                });
                None
            }
        }
    }

    /// Gives what is there another deadline.
    pub(super) fn set_deadline(&mut self, key: &K, deadline: Option<Instant>) {
        if let Some(entry) = self.entries.get_mut(key) {
            self.deadlines
                .reschedule(key, &mut entry.deadline, deadline);
        }
    }

    /// Takes a value out, expired or not.
    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let mut entry = self.entries.remove(key)?;
        self.deadlines.reschedule(key, &mut entry.deadline, None);
        Some(entry.value)
    }

    /// Takes one that has expired out. O(log n).
    pub(super) fn expire_one(&mut self, now: Instant) -> Option<(K, V)> {
        let key = self.deadlines.due(now)?.clone();
        let value = self.remove(&key)?;
        Some((key, value))
    }

    /// How many there are, expired or not.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// When the first one expires.
    pub(super) fn first_deadline(&self) -> Option<Instant> {
        self.deadlines.first_time()
    }

    /// When the last one expires of those that do.
    pub(super) fn last_deadline(&self) -> Option<Instant> {
        self.deadlines.last_time()
    }
}

impl<K, V> Default for ExpiringMap<K, V> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            deadlines: Schedule::default(),
        }
    }
}

/// When a time to live is over; one that no instant can tell, in a hundred years.
pub(super) fn deadline(now: Instant, ttl: Duration) -> Option<Instant> {
    const CENTURY: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);
    now.checked_add(ttl.min(CENTURY))
}
