//! What a message of a log says besides its payload.

use serde::{Deserialize, Serialize};

use super::{
    clock::is_over,
    failure::corrupt,
    server::{Stored, meta},
};
use crate::store::{Position, Previous, Record, Retention, StoreError};

/// The format that this version writes.
const FORMAT: u32 = 1;
/// How many marks a message carries at most.
const MARKS: usize = 16;
/// Into how many parts the marks divide what is kept.
const PARTS: u64 = 8;

/// What a message of a log says besides its payload. The last one says all there is to know of its log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct LogMeta {
    #[serde(rename = "v")]
    format: u32,
    #[serde(rename = "e")]
    pub(super) epoch: u64,
    /// Of the record; 0 if this is none.
    #[serde(rename = "t")]
    tag: u32,
    /// The record before this message, as offset and tag.
    #[serde(rename = "p")]
    previous: (u64, u32),
    /// How many records there were, with this one.
    #[serde(rename = "n")]
    pub(super) count: u64,
    /// Up to which offset they were handled.
    #[serde(rename = "f", default)]
    pub(super) floor: u64,
    /// When the last record was appended.
    #[serde(rename = "a")]
    at: u64,
    /// Some of the records before this message.
    #[serde(rename = "m", default)]
    marks: Vec<Mark>,
    /// The idempotency key that this record was appended with, and its deadline.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<(String, u64)>,
    /// When the last of all keys is forgotten.
    #[serde(rename = "u", default)]
    pub(super) keys_until: u64,
}

/// A record: which one it was, its offset, and when it was appended.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Mark(u64, u64, u64);

/// The last message of a log, if there is one.
#[derive(Debug, Clone)]
pub(super) struct Head {
    /// 0 if there is none.
    pub(super) sequence: u64,
    pub(super) meta: Option<LogMeta>,
    /// Whether its idempotency key is in the stream of keys.
    pub(super) is_indexed: bool,
    /// Up to which offset this process has removed records.
    pub(super) removed: u64,
}

impl Head {
    pub(super) fn of(stored: Option<&Stored>) -> Result<Self, StoreError> {
        let meta = stored.map(LogMeta::of).transpose()?;
        Ok(Self {
            sequence: stored.map_or(0, |stored| stored.sequence),
            is_indexed: meta.as_ref().is_none_or(|meta| meta.key.is_none()),
            removed: 0,
            meta,
        })
    }

    /// The newest record, trimmed or not.
    pub(super) fn last(&self) -> Previous {
        let meta = self.meta.as_ref();
        meta.map_or_else(Previous::default, |meta| meta.last(self.sequence))
    }

    /// The same, if there ever was one.
    pub(super) fn position(&self) -> Option<Position> {
        let meta = self.meta.as_ref().filter(|meta| meta.count > 0)?;
        Some(meta.at_position(meta.last(self.sequence)))
    }
}

impl LogMeta {
    pub(super) fn of(stored: &Stored) -> Result<Self, StoreError> {
        Self::check(meta(&stored.headers)?)
    }

    fn check(self) -> Result<Self, StoreError> {
        if self.format != FORMAT {
            return Err(StoreError::NewerFormat {
                found: self.format.into(),
                known: FORMAT.into(),
            });
        }
        Ok(self)
    }

    fn at_position(&self, at: Previous) -> Position {
        Position {
            epoch: self.epoch,
            offset: at.offset,
            tag: at.tag,
        }
    }

    /// The newest record when this message was stored with this sequence.
    fn last(&self, sequence: u64) -> Previous {
        let (offset, tag) = if self.is_record() {
            (sequence, self.tag)
        } else {
            self.previous
        };
        Previous { offset, tag }
    }

    pub(super) const fn is_record(&self) -> bool {
        self.tag != 0
    }

    /// The record that this message is, if it is one.
    pub(super) fn record(&self, stored: &Stored) -> Option<Record> {
        self.is_record().then(|| Record {
            position: self.at_position(self.last(stored.sequence)),
            previous: Previous {
                offset: self.previous.0,
                tag: self.previous.1,
            },
            payload: stored.payload.clone(),
        })
    }

    /// What the next message begins with, which is no record.
    pub(super) fn next(head: &Head, new_epoch: u64) -> Self {
        let last = head.last();
        let mut next = head.meta.clone().unwrap_or(Self {
            format: FORMAT,
            epoch: new_epoch,
            tag: 0,
            previous: (0, 0),
            count: 0,
            floor: 0,
            at: 0,
            marks: Vec::new(),
            key: None,
            keys_until: 0,
        });
        next.tag = 0;
        next.previous = (last.offset, last.tag);
        next.key = None;
        next
    }

    /// Makes it a record.
    pub(super) fn with_record(mut self, tag: u32, retention: Retention, now: u64) -> Self {
        if self.count > 0 {
            self.mark(retention);
        }
        self.tag = tag;
        self.count += 1;
        self.at = now;
        self
    }

    /// Makes it one with an idempotency key.
    pub(super) fn with_key(mut self, key: String, until: u64) -> Self {
        self.keys_until = self.keys_until.max(until);
        self.key = Some((key, until));
        self
    }

    /// Marks the record before this one, if the last mark is far enough away.
    fn mark(&mut self, retention: Retention) {
        let is_due = self.marks.last().is_none_or(|Mark(count, _, at)| {
            let many = (self.count - count) >= (retention.max_records / PARTS).max(1);
            let old = retention.max_age.is_some_and(|age| {
                self.at.saturating_sub(*at) >= super::clock::micros(age) / PARTS
            });
            many || old
        });
        if is_due {
            if self.marks.len() == MARKS {
                self.marks.remove(0);
            }
            self.marks.push(Mark(self.count, self.previous.0, self.at));
        }
    }

    /// The offset up to which records need not be kept any more: there are enough after it, or all of them are too old.
    pub(super) fn surplus(&self, retention: Retention, now: u64) -> u64 {
        let keep = retention.max_records.max(1);
        let goes = |Mark(count, _, at): &&Mark| {
            let many = self.count - count >= keep;
            let old = retention
                .max_age
                .is_some_and(|age| is_over(at.saturating_add(super::clock::micros(age)), now));
            many || old
        };
        let gone = self
            .marks
            .iter()
            .filter(goes)
            .map(|Mark(_, offset, _)| *offset);
        gone.max().unwrap_or(0)
    }

    /// Whether nothing is kept in it since this long, and no key is remembered.
    pub(super) fn is_forgettable(&self, sequence: u64, forget_after: u64, now: u64) -> bool {
        let is_empty = self.floor >= self.last(sequence).offset;
        is_empty
            && is_over(self.at.saturating_add(forget_after), now)
            && is_over(self.keys_until, now)
    }
}

/// A record as the server tells of it.
pub(super) fn told(stored: &Stored) -> Result<Option<Record>, StoreError> {
    if stored.sequence == 0 {
        return Err(corrupt("a hint has no sequence"));
    }
    Ok(LogMeta::of(stored)?.record(stored))
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    /// A log to which so many records were appended, one each second, at offsets 10, 20, ….
    fn filled(records: u64, retention: Retention) -> LogMeta {
        let mut head = Head::of(None).unwrap();
        for number in 1..=records {
            let meta = LogMeta::next(&head, 7).with_record(1, retention, number * 1_000_000);
            head = Head {
                sequence: number * 10,
                meta: Some(meta),
                is_indexed: true,
                removed: 0,
            };
        }
        head.meta.unwrap()
    }

    #[test]
    fn never_fewer_than_promised_are_left_and_not_many_more() {
        for keep in [1, 2, 3, 7, 8, 9, 100, 1_000] {
            let retention = Retention::records(keep);
            for records in [1, keep, keep + 1, keep * 2 + 3, keep * 5] {
                let surplus = filled(records, retention).surplus(retention, 0) / 10;
                let left = records - surplus;
                assert!(left >= keep.min(records), "{left} of {keep} are left");
                assert!(left <= keep + keep / 4 + 1, "{left} of {keep} are left");
            }
        }
    }

    #[test]
    fn what_is_too_old_is_surplus_and_nothing_younger() {
        let retention = Retention::records(u64::MAX / 2).with_max_age(Duration::from_secs(16));
        let now = 100_000_000;
        let surplus = filled(100, retention).surplus(retention, now) / 10;
        assert!((80..84).contains(&surplus), "{surplus}");
    }

    #[test]
    fn marks_stay_few() {
        let meta = filled(5_000, Retention::records(2));
        assert!(meta.marks.len() <= MARKS);
        assert!(serde_json::to_string(&meta).unwrap().len() < 1_024);
    }
}
