//! Values that are compared and set.

use core::time::Duration;

use ::redb::{Error, ReadableTable};
use bytes::Bytes;

use super::{
    batch::{Applied, Batch},
    clock::{NEVER, deadline, is_over},
    schema::{kind, meta},
};
use crate::store::{Entry, Expect, Key, Put};

impl Batch<'_> {
    pub(super) fn put(
        &mut self,
        key: &Key,
        value: &Bytes,
        expect: Expect,
        ttl: Option<Duration>,
        now: u64,
    ) -> Applied<Put> {
        let now = self.advance(now);
        let current = self.value(key, now)?;
        if !expect.is_met_by(current.as_ref()) {
            return Ok(Ok(Put::Conflict { current }));
        }
        self.changed = true;
        let revision = self.next(meta::REVISION)?;
        let until = ttl.map_or(NEVER, |ttl| deadline(now, ttl));
        let before = self
            .values
            .insert(key.as_str(), (revision, until, &**value))?;
        let before = before.map_or(NEVER, |it| it.value().1);
        self.reschedule((kind::VALUE, key.as_str(), &[]), before, until)?;
        Ok(Ok(Put::Stored { revision }))
    }

    pub(super) fn extend_value(
        &mut self,
        key: &Key,
        revision: u64,
        ttl: Duration,
        now: u64,
    ) -> Applied<bool> {
        let now = self.advance(now);
        let current = self.value(key, now)?;
        let Some(current) = current.filter(|entry| entry.revision == revision) else {
            return Ok(Ok(false));
        };
        self.changed = true;
        let until = deadline(now, ttl);
        let columns = (revision, until, &*current.value);
        let before = self.values.insert(key.as_str(), columns)?;
        let before = before.map_or(NEVER, |it| it.value().1);
        self.reschedule((kind::VALUE, key.as_str(), &[]), before, until)?;
        Ok(Ok(true))
    }

    pub(super) fn remove(&mut self, key: &Key, expect: Expect, now: u64) -> Applied<bool> {
        let now = self.advance(now);
        let current = self.value(key, now)?;
        if current.is_none() || !expect.is_met_by(current.as_ref()) {
            return Ok(Ok(false));
        }
        self.changed = true;
        let before = self.values.remove(key.as_str())?;
        let before = before.map_or(NEVER, |it| it.value().1);
        self.reschedule((kind::VALUE, key.as_str(), &[]), before, NEVER)?;
        Ok(Ok(true))
    }

    fn value(&self, key: &Key, now: u64) -> Result<Option<Entry>, Error> {
        let value = self.values.get(key.as_str())?;
        Ok(value.and_then(|it| entry(it.value(), now)))
    }
}

/// A value as it was read, unless it has expired.
pub(super) fn entry((revision, until, value): (u64, u64, &[u8]), now: u64) -> Option<Entry> {
    (!is_over(until, now)).then(|| Entry {
        value: Bytes::copy_from_slice(value),
        revision,
    })
}
