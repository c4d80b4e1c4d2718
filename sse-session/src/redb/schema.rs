//! What is in the file.

use core::time::Duration;

use ::redb::TableDefinition;

use super::clock::{NEVER, micros_rounded_up};
use crate::store::{Position, Previous, Retention};

/// The format of the file. Another one of the tables, or of what is in them, is another number.
pub(super) const FORMAT: u64 = 1;

/// Numbers, by the names in [`meta`].
pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
/// The logs, by name.
pub(super) const LOGS: TableDefinition<'_, &str, LogColumns> = TableDefinition::new("logs");
/// The records, by the id of their log and their offset.
pub(super) const RECORDS: TableDefinition<'_, (u64, u64), RecordColumns> =
    TableDefinition::new("records");
/// By the name of a log and an idempotency key: offset and tag of the record, and until when.
pub(super) const KEYS: TableDefinition<'_, (&str, &[u8]), (u64, u32, u64)> =
    TableDefinition::new("keys");
/// The registry by key: revision, until when, value.
pub(super) const VALUES: TableDefinition<'_, &str, (u64, u64, &[u8])> =
    TableDefinition::new("values");
/// What is to be looked at, by when, its kind, its name, and the key in that.
pub(super) const EXPIRY: TableDefinition<'_, (u64, u8, &str, &[u8]), ()> =
    TableDefinition::new("expiry");

/// Names in [`META`].
pub(super) mod meta {
    /// The format of the file.
    pub(in super::super) const FORMAT: &str = "format";
    /// The last revision that was given to a value.
    pub(in super::super) const REVISION: &str = "revision";
    /// The last id that was given to a log.
    pub(in super::super) const LOG_ID: &str = "log_id";
    /// What time it was.
    pub(in super::super) const CLOCK: &str = "clock";
    /// How many batches were written.
    pub(in super::super) const BATCH: &str = "batch";
    /// 1 if the file was closed.
    pub(in super::super) const CLOSED: &str = "closed";
}

/// The kinds in [`EXPIRY`].
pub(super) mod kind {
    pub(in super::super) const LOG: u8 = 0;
    pub(in super::super) const KEY: u8 = 1;
    pub(in super::super) const VALUE: u8 = 2;
}

/// Tag, tag of the predecessor, when it was appended, payload.
pub(super) type RecordColumns = (u32, u32, u64, &'static [u8]);

/// As the fields of [`LogRow`].
pub(super) type LogColumns = (u64, u64, u64, u32, u64, u64, u64, u64, u64, u64, u64);

/// What is known of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LogRow {
    /// Of its records.
    pub(super) id: u64,
    pub(super) epoch: u64,
    /// The newest record, trimmed or not.
    pub(super) head: Previous,
    /// The offset of the oldest record that is kept, or the one after the head.
    pub(super) first: u64,
    /// Of the payloads that are kept.
    pub(super) bytes: u64,
    pub(super) max_records: u64,
    /// In microseconds; [`NEVER`] is no limit.
    pub(super) max_age: u64,
    /// [`NEVER`] is no limit.
    pub(super) max_bytes: u64,
    /// When it is looked at next; [`NEVER`] if it is not.
    pub(super) looked_at: u64,
    /// Since when no record is kept; [`NEVER`] if one is.
    pub(super) emptied_at: u64,
}

impl LogRow {
    pub(super) const fn new(id: u64, epoch: u64) -> Self {
        Self {
            id,
            epoch,
            head: Previous { offset: 0, tag: 0 },
            first: 1,
            bytes: 0,
            max_records: Retention::DEFAULT.max_records,
            max_age: NEVER,
            max_bytes: NEVER,
            looked_at: NEVER,
            emptied_at: NEVER,
        }
    }

    pub(super) fn set_retention(&mut self, retention: Retention) {
        self.max_records = retention.max_records.max(1);
        self.max_age = retention
            .max_age
            .map_or(NEVER, |age: Duration| micros_rounded_up(age));
        self.max_bytes = retention.max_bytes.unwrap_or(NEVER);
    }

    /// The newest position, if there ever was one.
    pub(super) fn position(&self) -> Option<Position> {
        (self.head.offset != 0).then(|| self.at(self.head))
    }

    pub(super) const fn at(&self, Previous { offset, tag }: Previous) -> Position {
        Position {
            epoch: self.epoch,
            offset,
            tag,
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.first > self.head.offset
    }

    /// How many records are kept.
    pub(super) const fn count(&self) -> u64 {
        (self.head.offset + 1).saturating_sub(self.first)
    }

    /// Whether a record of this time is older than any that has to be kept.
    pub(super) const fn is_old(&self, appended_at: u64, now: u64) -> bool {
        now >= appended_at.saturating_add(self.max_age)
    }

    pub(super) const fn to_columns(self) -> LogColumns {
        (
            self.id,
            self.epoch,
            self.head.offset,
            self.head.tag,
            self.first,
            self.bytes,
            self.max_records,
            self.max_age,
            self.max_bytes,
            self.looked_at,
            self.emptied_at,
        )
    }
}

impl From<LogColumns> for LogRow {
    fn from(columns: LogColumns) -> Self {
        let (id, epoch, offset, tag, first, bytes, max_records, max_age, max_bytes, ..) = columns;
        Self {
            id,
            epoch,
            head: Previous { offset, tag },
            first,
            bytes,
            max_records,
            max_age,
            max_bytes,
            looked_at: columns.9,
            emptied_at: columns.10,
        }
    }
}
