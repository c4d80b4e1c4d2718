//! One log.

use std::collections::VecDeque;

use bytes::Bytes;
use tokio::time::Instant;

use super::expiring_map::{ExpiringMap, deadline};
use crate::store::{
    Append, GapReason, IdempotencyKey, Page, Position, Previous, ReadFrom, ReadLimit, Record,
    Retention, Verdict,
};

/// What a record costs besides its payload.
const RECORD_BYTES: u64 = 64;
/// What an idempotency key costs besides its bytes.
const KEY_BYTES: u64 = 192;

/// So that nobody waits for long: the rest follows soon.
const MAX_KEYS_AT_ONCE: usize = 16;

/// One log. Offsets are contiguous, so that a record is found by counting.
#[derive(Debug)]
pub(super) struct Log {
    epoch: u64,
    /// The newest record, trimmed or not.
    head: Previous,
    records: VecDeque<Stored>,
    payload_bytes: u64,
    retention: Retention,
    keys: ExpiringMap<Bytes, Previous>,
    /// When it is looked at next, at the latest when something expires.
    pub(super) looked_at: Option<Instant>,
    /// Since when there is nothing in it and nobody watches it.
    pub(super) idle_since: Option<Instant>,
}

#[derive(Debug)]
struct Stored {
    tag: u32,
    previous_tag: u32,
    appended_at: Instant,
    payload: Bytes,
}

impl Stored {
    fn cost(&self) -> u64 {
        record_cost(&self.payload)
    }
}

fn record_cost(payload: &Bytes) -> u64 {
    RECORD_BYTES + payload.len() as u64
}

fn key_cost(key: &Bytes) -> u64 {
    KEY_BYTES + key.len() as u64
}

/// What an append takes, and what it gives back because older records go.
#[derive(Debug, Clone, Copy)]
pub(super) struct AppendCost {
    pub(super) take: u64,
    pub(super) give: u64,
    trimmed: usize,
}

impl Log {
    pub(super) fn new(epoch: u64) -> Self {
        Self {
            epoch,
            head: Previous::default(),
            records: VecDeque::new(),
            payload_bytes: 0,
            retention: Retention::DEFAULT,
            keys: ExpiringMap::default(),
            looked_at: None,
            idle_since: None,
        }
    }

    /// The newest record, trimmed or not, if there ever was one.
    pub(super) fn head(&self) -> Option<Position> {
        (self.head.offset != 0).then(|| self.position(self.head))
    }

    /// The record that was appended with this key within its window.
    pub(super) fn appended_with(&self, key: &IdempotencyKey, now: Instant) -> Option<Position> {
        let appended = self.keys.get(&key.key, now)?;
        Some(self.position(*appended))
    }

    /// What it will cost to append this.
    pub(super) fn cost_of(&self, append: &Append, now: Instant) -> AppendCost {
        let Retention {
            max_records,
            max_age,
            max_bytes,
        } = append.retention;
        let max_records = max_records.max(1);
        let mut count = self.records.len() as u64 + 1;
        let mut bytes = self.payload_bytes + append.payload.len() as u64;
        let (mut give, mut trimmed) = (0, 0);
        for record in &self.records {
            let old = max_age.is_some_and(|max_age| is_old(record, max_age, now));
            let many = count > max_records || max_bytes.is_some_and(|max_bytes| bytes > max_bytes);
            if !old && !many {
                break;
            }
            count -= 1;
            bytes -= record.payload.len() as u64;
            give += record.cost();
            trimmed += 1;
        }
        let key = append.key.as_ref().map_or(0, |key| key_cost(&key.key));
        let forgotten = append.key.as_ref().and_then(|key| {
            let forgotten = self.keys.get_even_expired(&key.key);
            forgotten.map(|_| key_cost(&key.key))
        });
        AppendCost {
            take: record_cost(&append.payload) + key,
            give: give + forgotten.unwrap_or(0),
            trimmed,
        }
    }

    /// Appends. The cost is that of this very append.
    pub(super) fn append(&mut self, append: Append, cost: AppendCost, now: Instant) -> Record {
        let previous = self.head;
        self.head = Previous {
            offset: previous.offset + 1,
            tag: append.tag,
        };
        self.retention = append.retention;
        self.drop_first(cost.trimmed);
        self.payload_bytes += append.payload.len() as u64;
        self.records.push_back(Stored {
            tag: append.tag,
            previous_tag: previous.tag,
            appended_at: now,
            payload: append.payload.clone(),
        });
        self.shrink();
        if let Some(IdempotencyKey { key, window }) = append.key {
            self.keys.put(key, self.head, deadline(now, window));
        }
        Record {
            position: self.position(self.head),
            previous,
            payload: append.payload,
        }
    }

    /// Reads what follows.
    pub(super) fn read(&self, from: ReadFrom, limit: ReadLimit) -> Page {
        let index = match from {
            ReadFrom::Earliest => Ok(0),
            ReadFrom::After(position) => self.index_behind(position),
        };
        let mut page = Page {
            verdict: Verdict::Contiguous,
            head: self.head(),
            records: Vec::new(),
            more: false,
        };
        let index = match index {
            Ok(index) => index,
            Err(reason) => {
                page.verdict = Verdict::Gap(reason);
                return page;
            }
        };
        let mut bytes = 0_usize;
        for (step, stored) in self.records.range(index..).enumerate() {
            bytes = bytes.saturating_add(stored.payload.len());
            let full = step >= limit.max_records || bytes > limit.max_bytes;
            if full && step > 0 {
                page.more = true;
                break;
            }
            page.records.push(self.record(index + step, stored));
        }
        page
    }

    /// Where in the records the successor of a position is.
    fn index_behind(&self, position: Position) -> Result<usize, GapReason> {
        if position.epoch != self.epoch {
            return Err(GapReason::Epoch);
        }
        if position.offset > self.head.offset {
            return Err(GapReason::Rewound);
        }
        let (index, tag) = if position.offset == self.head.offset {
            (self.records.len(), self.head.tag)
        } else {
            let index = (position.offset + 1)
                .checked_sub(self.first_offset())
                .ok_or(GapReason::Trimmed)? as usize;
            let successor = self.records.get(index).ok_or(GapReason::Trimmed)?;
            (index, successor.previous_tag)
        };
        if tag != position.tag {
            return Err(GapReason::Forked);
        }
        Ok(index)
    }

    fn record(&self, index: usize, stored: &Stored) -> Record {
        let offset = self.first_offset() + index as u64;
        Record {
            position: self.position(Previous {
                offset,
                tag: stored.tag,
            }),
            previous: Previous {
                offset: offset - 1,
                tag: stored.previous_tag,
            },
            payload: stored.payload.clone(),
        }
    }

    /// Removes records up to an offset. What that gives back.
    pub(super) fn trim(&mut self, through: u64) -> u64 {
        let first = self.first_offset();
        let count = through.saturating_add(1).saturating_sub(first);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let given = self.drop_first(count.min(self.records.len()));
        self.shrink();
        given
    }

    /// Removes what is too old, records and keys. What that gives back.
    pub(super) fn expire(&mut self, now: Instant) -> u64 {
        let mut given = 0;
        for _ in 0..MAX_KEYS_AT_ONCE {
            let Some((key, _)) = self.keys.expire_one(now) else {
                break;
            };
            given += key_cost(&key);
        }
        if let Some(max_age) = self.retention.max_age {
            let old = |record: &&Stored| is_old(record, max_age, now);
            let count = self.records.iter().take_while(old).count();
            given += self.drop_first(count);
            self.shrink();
        }
        given
    }

    /// When there will be something to [expire](Self::expire).
    pub(super) fn expires_at(&self) -> Option<Instant> {
        let oldest = self.records.front().zip(self.retention.max_age);
        let record = oldest.and_then(|(record, max_age)| record.appended_at.checked_add(max_age));
        let key = self.keys.first_deadline();
        record.into_iter().chain(key).min()
    }

    /// Whether there is nothing in it that was promised: no record, no key.
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.keys.is_empty()
    }

    fn drop_first(&mut self, count: usize) -> u64 {
        let mut given = 0;
        for record in self.records.drain(..count) {
            self.payload_bytes -= record.payload.len() as u64;
            given += record.cost();
        }
        given
    }

    /// Gives storage back that is mostly not used.
    fn shrink(&mut self) {
        if self.records.is_empty() || self.records.len() < self.records.capacity() / 8 {
            self.records.shrink_to(2 * self.records.len());
        }
    }

    fn first_offset(&self) -> u64 {
        self.head.offset + 1 - self.records.len() as u64
    }

    fn position(&self, Previous { offset, tag }: Previous) -> Position {
        Position {
            epoch: self.epoch,
            offset,
            tag,
        }
    }
}

fn is_old(record: &Stored, max_age: core::time::Duration, now: Instant) -> bool {
    now.saturating_duration_since(record.appended_at) >= max_age
}
