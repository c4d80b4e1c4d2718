//! All logs.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::{
    MemoryFull,
    budget::Budget,
    log_shard::{Hints, LogShard},
    outbox::Watcher,
    refused::Refused,
    shards::Shards,
};
use crate::store::{
    Append, Appended, Durability, GapReason, LogName, Page, Position, ReadFrom, ReadLimit,
    StoreError, Verdict, WatchEvent,
};

/// How many logs are looked at per append whether anything in them is too old. More than one, so that
/// it is not overtaken.
const EXPIRED_PER_APPEND: usize = 2;

/// All logs.
#[derive(Debug)]
pub(super) struct Logs {
    shards: Shards<LogShard>,
    count: AtomicUsize,
    max_logs: usize,
}

impl Logs {
    pub(super) fn new(max_logs: usize) -> Self {
        Self {
            shards: Shards::default(),
            count: AtomicUsize::new(0),
            max_logs,
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Appends, to a log of a new epoch if there is none.
    pub(super) fn append(
        &self,
        name: &LogName,
        append: Append,
        budget: &Budget,
        now: Instant,
    ) -> Result<(Appended, Hints), Refused> {
        let mut shard = self.shards.lock(name);
        for _ in 0..EXPIRED_PER_APPEND {
            budget.give(shard.expire_one(now).unwrap_or(0));
        }
        let mut made = 0;
        if !shard.contains(name) {
            drop(shard);
            let epoch = epoch()?;
            self.make_room(name, budget)?;
            shard = self.shards.lock(name);
            if shard.make(name, epoch) {
                made = LogShard::cost_of(name);
            } else {
                self.count.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let appended = shard.change(name, now, |log| {
            if let Some(key) = &append.key
                && let Some(position) = log.appended_with(key, now)
            {
                return Ok((position, None));
            }
            let cost = log.cost_of(&append, now);
            budget.exchange(cost.take + made, cost.give)?;
            let record = log.append(append, cost, now);
            Ok((record.position, Some(record)))
        });
        match appended {
            Some(Ok((position, Some(record)))) => {
                let hints = shard.put_hint(name, || WatchEvent::Appended {
                    log: name.clone(),
                    record: record.clone(),
                });
                Ok((Appended::new(position, Durability::Memory), hints))
            }
            Some(Ok((position, None))) => {
                let appended = Appended::new(position, Durability::Memory).as_duplicate();
                Ok((appended, Hints::default()))
            }
            Some(Err(full)) => {
                if made > 0 {
                    shard.forget(name);
                    self.count.fetch_sub(1, Ordering::Relaxed);
                }
                Err(Refused::Full(full))
            }
            // It is there, or was made under this lock.
            None => {
                let max_logs = self.max_logs;
                Err(MemoryFull::Logs { max_logs }.into())
            }
        }
    }

    /// Reads.
    pub(super) fn read(
        &self,
        name: &LogName,
        from: ReadFrom,
        limit: ReadLimit,
        budget: &Budget,
        now: Instant,
    ) -> Page {
        let page = self.shards.lock(name).change(name, now, |log| {
            budget.give(log.expire(now));
            log.read(from, limit)
        });
        page.unwrap_or_else(|| Page {
            verdict: match from {
                ReadFrom::Earliest => Verdict::Contiguous,
                ReadFrom::After(_) => Verdict::Gap(GapReason::Unknown),
            },
            head: None,
            records: Vec::new(),
            more: false,
        })
    }

    /// The newest position of a log.
    pub(super) fn head(&self, name: &LogName) -> Option<Position> {
        self.shards.lock(name).get(name)?.head()
    }

    /// Removes records up to an offset.
    pub(super) fn trim(&self, name: &LogName, through: u64, budget: &Budget, now: Instant) {
        let mut shard = self.shards.lock(name);
        let given = shard.change(name, now, |log| log.trim(through) + log.expire(now));
        budget.give(given.unwrap_or(0));
    }

    /// Announces.
    pub(super) fn announce(&self, name: &LogName, payload: &Bytes) -> Hints {
        let shard = self.shards.lock(name);
        shard.put_hint(name, || WatchEvent::Announced {
            log: name.clone(),
            payload: payload.clone(),
        })
    }

    /// Lets somebody watch a log.
    pub(super) fn watch(&self, name: &LogName, watcher: &Arc<Watcher>, now: Instant) -> Hints {
        self.shards.lock(name).watch(name, watcher, now)
    }

    /// Lets somebody watch a log no more.
    pub(super) fn unwatch(&self, name: &LogName, watcher: &Arc<Watcher>, now: Instant) {
        self.shards.lock(name).unwatch(name, watcher, now);
    }

    /// Lets somebody watch nothing any more.
    pub(super) fn unwatch_all(&self, watcher: &Arc<Watcher>, now: Instant) {
        for shard in self.shards.iter() {
            shard.lock().unwatch_all(watcher, now);
        }
    }

    /// Removes all that is too old.
    pub(super) fn expire(&self, budget: &Budget, now: Instant) {
        for shard in self.shards.iter() {
            let mut shard = shard.lock();
            while let Some(given) = shard.expire_one(now) {
                budget.give(given);
            }
        }
    }

    /// Counts one log more, for which an idle one is forgotten if need be.
    fn make_room(&self, name: &LogName, budget: &Budget) -> Result<(), MemoryFull> {
        let max_logs = self.max_logs;
        if self.count.fetch_add(1, Ordering::Relaxed) < max_logs {
            return Ok(());
        }
        self.count.fetch_sub(1, Ordering::Relaxed);
        let mut shards = self.shards.iter_from(self.shards.index_of(name));
        let given = shards.find_map(|shard| shard.lock().forget_one());
        budget.give(given.ok_or(MemoryFull::Logs { max_logs })?);
        Ok(())
    }
}

/// Of a log that is made. 0 is none's, so that it can stand for no log.
fn epoch() -> Result<u64, StoreError> {
    let epoch = getrandom::u64().map_err(|error| StoreError::Unavailable {
        source: Some(error.to_string().into()),
    })?;
    Ok(epoch.max(1))
}
