//! The values.

use core::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::state::after;
use crate::store::{Entry, Expect, Key, Put};

/// The values, each with the moment at which it expires.
#[derive(Debug, Default)]
pub(super) struct Registry {
    values: Vec<(Key, Entry, Option<Instant>)>,
    /// Of all keys together, so that the revisions of each one grow whatever happens to it.
    last_revision: u64,
}

impl Registry {
    pub(super) fn get(&self, key: &Key, now: Instant) -> Option<&Entry> {
        let there = self.values.iter().find(|(at, _, _)| at == key);
        there
            .filter(|(_, _, until)| until.is_none_or(|until| until > now))
            .map(|(_, entry, _)| entry)
    }

    pub(super) fn is_current(&self, key: &Key, revision: u64, now: Instant) -> bool {
        self.get(key, now)
            .is_some_and(|entry| entry.revision == revision)
    }

    pub(super) fn put(
        &mut self,
        key: &Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
        now: Instant,
    ) -> Put {
        let current = self.get(key, now);
        if !expect.is_met_by(current) {
            let current = current.cloned();
            return Put::Conflict { current };
        }
        self.last_revision += 1;
        let revision = self.last_revision;
        self.values.retain(|(at, _, _)| at != key);
        let until = ttl.map(|ttl| after(now, ttl));
        let entry = Entry { value, revision };
        self.values.push((key.clone(), entry, until));
        Put::Stored { revision }
    }

    pub(super) fn extend(&mut self, key: &Key, revision: u64, ttl: Duration, now: Instant) -> bool {
        let current = self.is_current(key, revision, now);
        if current {
            for (_, _, until) in self.values.iter_mut().filter(|(at, _, _)| at == key) {
                *until = Some(after(now, ttl));
            }
        }
        current
    }

    pub(super) fn remove(&mut self, key: &Key, expect: Expect, now: Instant) -> bool {
        let current = self.get(key, now);
        let there = current.is_some() && expect.is_met_by(current);
        if there {
            self.values.retain(|(at, _, _)| at != key);
        }
        there
    }
}
