//! Operations that are written together.

use ::redb::{Error, ReadableTable, Table, WriteTransaction};

use super::{
    clock::NEVER,
    schema::{EXPIRY, KEYS, LOGS, LogColumns, LogRow, META, RECORDS, RecordColumns, VALUES, meta},
    watchers::Watchers,
};
use crate::store::{LogName, Record, StoreError};

/// What an operation gives: an answer, or an error of the database, with which the whole batch fails.
pub(super) type Applied<T> = Result<Result<T, StoreError>, Error>;

/// A transaction with its tables.
pub(super) struct Batch<'t> {
    pub(super) numbers: Table<'t, &'static str, u64>,
    pub(super) logs: Table<'t, &'static str, LogColumns>,
    pub(super) records: Table<'t, (u64, u64), RecordColumns>,
    pub(super) keys: Table<'t, (&'static str, &'static [u8]), (u64, u32, u64)>,
    pub(super) values: Table<'t, &'static str, (u64, u64, &'static [u8])>,
    expiry: Table<'t, (u64, u8, &'static str, &'static [u8]), ()>,
    pub(super) watchers: &'t Watchers,
    /// In microseconds.
    pub(super) forget_after: u64,
    /// What will be told when it is written.
    pub(super) appended: Vec<(LogName, Record)>,
    pub(super) changed: bool,
    now: u64,
}

impl<'t> Batch<'t> {
    pub(super) fn open(
        write: &'t WriteTransaction,
        watchers: &'t Watchers,
        forget_after: u64,
    ) -> Result<Self, Error> {
        let numbers = write.open_table(META)?;
        let now = numbers.get(meta::CLOCK)?.map_or(0, |it| it.value());
        Ok(Self {
            numbers,
            logs: write.open_table(LOGS)?,
            records: write.open_table(RECORDS)?,
            keys: write.open_table(KEYS)?,
            values: write.open_table(VALUES)?,
            expiry: write.open_table(EXPIRY)?,
            watchers,
            forget_after,
            appended: Vec::new(),
            changed: false,
            now,
        })
    }

    /// Goes on to this time, or stays where it is: operations may have overtaken each other.
    pub(super) fn advance(&mut self, now: u64) -> u64 {
        self.now = self.now.max(now);
        self.now
    }

    /// Counts the batch. What is to be told once it is committed.
    pub(super) fn finish(mut self, number: u64) -> Result<Vec<(LogName, Record)>, Error> {
        self.numbers.insert(meta::BATCH, number)?;
        self.numbers.insert(meta::CLOCK, self.now)?;
        Ok(self.appended)
    }

    /// The next number of this name.
    pub(super) fn next(&mut self, name: &str) -> Result<u64, Error> {
        let last = self.numbers.get(name)?.map_or(0, |it| it.value());
        self.numbers.insert(name, last + 1)?;
        Ok(last + 1)
    }

    pub(super) fn log(&self, name: &str) -> Result<Option<LogRow>, Error> {
        Ok(self.logs.get(name)?.map(|it| it.value().into()))
    }

    /// When the first one of those that expire does.
    pub(super) fn first_deadline(&self) -> Result<Option<u64>, Error> {
        Ok(self.expiry.first()?.map(|(key, _)| key.value().0))
    }

    /// The first of those that have expired.
    pub(super) fn first_expired(&self, now: u64) -> Result<Option<Expired>, Error> {
        let Some((key, _)) = self.expiry.first()? else {
            return Ok(None);
        };
        let (deadline, kind, name, part) = key.value();
        Ok(super::clock::is_over(deadline, now).then(|| Expired {
            deadline,
            kind,
            name: name.into(),
            part: part.into(),
        }))
    }

    /// Moves something from one deadline to another one.
    pub(super) fn reschedule(
        &mut self,
        (kind, name, part): (u8, &str, &[u8]),
        from: u64,
        to: u64,
    ) -> Result<(), Error> {
        if from == to {
            return Ok(());
        }
        self.changed = true;
        if from != NEVER {
            self.expiry.remove((from, kind, name, part))?;
        }
        if to != NEVER {
            self.expiry.insert((to, kind, name, part), ())?;
        }
        Ok(())
    }
}

/// Something that has expired.
pub(super) struct Expired {
    pub(super) deadline: u64,
    pub(super) kind: u8,
    pub(super) name: Box<str>,
    pub(super) part: Box<[u8]>,
}
