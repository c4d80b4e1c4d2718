//! The thread that writes.

use core::time::Duration;
use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Instant,
};

use ::redb::{Durability, Error};
use tokio::sync::oneshot;

use super::{
    RedbMode, RedbOptions,
    batch::Batch,
    clock::{Clock, NEVER, micros_rounded_up},
    database::{self, begin_synced},
    failure::Failure,
    file::OpenFile,
    queue::{Message, Operation},
    schema::meta,
    watchers::Watchers,
};
use crate::store::{LogName, Record, WatchEvent};

/// How many operations are written together at most, and how many bytes.
const BATCH_OPERATIONS: usize = 512;
const BATCH_BYTES: usize = 8 << 20;
/// How long is waited for as many operations as were written together before.
const PATIENCE: Duration = Duration::from_micros(500);
/// How many of those that have expired are removed with a batch, and when there is nothing else to do.
const EXPIRED_PER_BATCH: u32 = 64;
const EXPIRED_AT_ONCE: u32 = 4_096;
/// What has expired is removed at most so often, unless a batch is written anyway.
const EXPIRY_PAUSE: Duration = Duration::from_secs(1);
/// How long nothing is tried after the database has failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(100);

/// What the thread that writes has.
pub(super) struct Writer {
    pub(super) file: Arc<OpenFile>,
    pub(super) clock: Arc<Clock>,
    pub(super) watchers: Arc<Watchers>,
    options: RedbOptions,
    /// Of the last batch.
    number: u64,
    /// Whether it could not be opened again after a failure.
    is_unknown: bool,
    /// Since when something is not synchronised that was acknowledged.
    unsynced_since: Option<Instant>,
    /// How many operations were written together.
    last_batch: usize,
    /// Until when nothing is tried, and why.
    paused: Option<(Instant, Failure)>,
    next_expiry: Option<Instant>,
}

type Appended = Vec<(LogName, Record)>;

impl Writer {
    pub(super) fn new(
        file: Arc<OpenFile>,
        clock: Arc<Clock>,
        watchers: Arc<Watchers>,
        options: RedbOptions,
    ) -> Result<Self, Failure> {
        let number = file.with(|database| database::number(database, meta::BATCH))?;
        Ok(Self {
            file,
            clock,
            watchers,
            options,
            number: number.unwrap_or(0),
            is_unknown: false,
            last_batch: 0,
            unsynced_since: None,
            paused: None,
            next_expiry: Instant::now().checked_add(EXPIRY_PAUSE),
        })
    }

    /// Writes what comes, until it is told to close.
    pub(super) fn run(mut self, messages: &Receiver<Message>) {
        loop {
            let first = match self.wake_at() {
                Some(at) => messages.recv_timeout(at.saturating_duration_since(Instant::now())),
                None => messages.recv().map_err(RecvTimeoutError::from),
            };
            let closing = match first {
                Ok(Message::Operation(operation)) => self.take_batch(operation, messages),
                Ok(Message::Close(closed)) => Some(Some(closed)),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(None),
            };
            if let Some(closed) = closing {
                self.file.close(&self.clock);
                drop(closed);
                return;
            }
            self.keep_house();
        }
    }

    fn wake_at(&self) -> Option<Instant> {
        self.next_expiry.into_iter().chain(self.sync_at()).min()
    }

    fn sync_at(&self) -> Option<Instant> {
        let RedbMode::Relaxed { interval } = self.options.mode else {
            return None;
        };
        let interval = interval.max(Duration::from_millis(1));
        self.unsynced_since?.checked_add(interval)
    }

    /// Writes what is there by now. Who is to be told, if it is to close after it.
    fn take_batch(
        &mut self,
        first: Box<dyn Operation>,
        messages: &Receiver<Message>,
    ) -> Option<Option<oneshot::Sender<()>>> {
        let mut bytes = first.bytes();
        let mut operations = vec![first];
        let mut closing = None;
        let patience = Instant::now() + PATIENCE;
        while operations.len() < BATCH_OPERATIONS && bytes < BATCH_BYTES {
            // Whoever was answered together comes back together: without some patience, every other
            // batch would be a small one.
            let left = patience.saturating_duration_since(Instant::now());
            let next = if operations.len() < self.last_batch && !left.is_zero() {
                messages.recv_timeout(left)
            } else {
                messages.try_recv().map_err(|_| RecvTimeoutError::Timeout)
            };
            match next {
                Ok(Message::Operation(operation)) => {
                    bytes += operation.bytes();
                    operations.push(operation);
                }
                Ok(Message::Close(closed)) => {
                    closing = Some(Some(closed));
                    break;
                }
                Err(_) => break,
            }
        }
        self.last_batch = operations.len();
        let outcome = self.write(&mut operations);
        let outcome = outcome.map(|appended| {
            // On disk by now. Whoever is answered then knows that those who watch were told.
            for (log, record) in appended {
                self.watchers.tell(&log, || WatchEvent::Appended {
                    log: log.clone(),
                    record: record.clone(),
                });
            }
        });
        for operation in operations {
            operation.answer(outcome.clone());
        }
        closing
    }

    /// Writes a batch.
    fn write(&mut self, operations: &mut [Box<dyn Operation>]) -> Result<Appended, Failure> {
        self.ensure_open()?;
        let synced = matches!(self.options.mode, RedbMode::Synced);
        let written = self.transact(synced, EXPIRED_PER_BATCH, |batch| {
            for operation in operations {
                operation.apply(batch)?;
            }
            Ok(())
        });
        if written.is_ok() && !synced {
            self.unsynced_since.get_or_insert_with(Instant::now);
        }
        written
    }

    /// What is to be done from time to time.
    fn keep_house(&mut self) {
        let now = Instant::now();
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if is_due(self.sync_at()) {
            let synced = self.ensure_open().and_then(|()| {
                // All that was committed before goes with it.
                self.transact(true, 0, |batch| {
                    batch.changed = true;
                    Ok(())
                })
            });
            // If not, once more after the interval.
            self.unsynced_since = synced.is_err().then_some(now);
        }
        if is_due(self.next_expiry) {
            self.next_expiry = None;
            let before = self.number;
            if self.ensure_open().is_ok() {
                // Lost, it is only done again.
                let _ = self.transact(false, EXPIRED_AT_ONCE, |_| Ok(()));
            }
            if self.number == before {
                // Nobody has told what time it is. With the next batch, then.
                self.next_expiry = None;
            }
        }
    }

    /// Opens the database again if it has failed, but not all the time.
    fn ensure_open(&mut self) -> Result<(), Failure> {
        if let Some((until, failure)) = &self.paused {
            if Instant::now() < *until {
                return Err(failure.clone());
            }
            self.paused = None;
        }
        if !self.file.is_open() {
            self.recover(&Failure::Unavailable("the database has failed".into()));
            self.file.with(|_| Ok(()))?;
            self.paused = None;
        }
        Ok(())
    }

    /// One transaction. If it fails, none of it was done, or nobody knows.
    fn transact(
        &mut self,
        synced: bool,
        expired: u32,
        work: impl FnOnce(&mut Batch<'_>) -> Result<(), Error>,
    ) -> Result<Appended, Failure> {
        let number = self.number + 1;
        let mut committing = false;
        let (watchers, clock) = (&*self.watchers, &*self.clock);
        let forget_after = micros_rounded_up(self.options.forget_after);
        let (mut appended, mut next_expiry) = (Vec::new(), None);
        let written = self.file.with(|database| {
            let mut write = begin_synced(database)?;
            if !synced {
                write.set_durability(Durability::None)?;
            }
            let mut batch = Batch::open(&write, watchers, forget_after)?;
            let now = batch.advance(clock.latest());
            batch.expire(now, expired)?;
            work(&mut batch)?;
            let now = batch.advance(now);
            let deadline = batch.first_deadline()?.unwrap_or(NEVER);
            next_expiry = Instant::now()
                .checked_add(EXPIRY_PAUSE.max(Duration::from_micros(deadline.saturating_sub(now))))
                .filter(|_| deadline != NEVER);
            if !batch.changed {
                drop(batch);
                write.abort()?;
                return Ok(false);
            }
            appended = batch.finish(number)?;
            committing = true;
            write.commit()?;
            Ok(true)
        });
        match written {
            Ok(changed) => {
                self.next_expiry = next_expiry;
                self.number += u64::from(changed);
                Ok(appended)
            }
            Err(failure) => {
                self.recover(&failure);
                match (committing, self.is_unknown) {
                    // It is there, and on the disk: it was opened again after that.
                    (true, false) if self.number == number => Ok(appended),
                    (true, true) => Err(Failure::OutcomeUnknown(why(&failure))),
                    _ => Err(failure),
                }
            }
        }
    }

    /// Opens the database again after a failure, and goes on from what is in it.
    fn recover(&mut self, failure: &Failure) {
        let was_unknown = self.is_unknown;
        let last = self.file.reopen(&why(failure));
        self.paused = Some((Instant::now() + PAUSE_AFTER_FAILURE, failure.clone()));
        self.is_unknown = last.is_none();
        if let Some(last) = last {
            let is_less = last < self.number;
            self.number = last;
            if was_unknown || is_less {
                // Of what nobody knew whether it was done, nobody was told. Or what was not synchronised is gone.
                self.watchers.tell_all(&WatchEvent::Lost);
                self.watchers.tell_all(&WatchEvent::Restored);
            }
        }
    }
}

fn why(failure: &Failure) -> String {
    match failure {
        Failure::Unavailable(why) | Failure::OutcomeUnknown(why) | Failure::Corrupt(why) => {
            why.clone()
        }
        other => format!("{other:?}"),
    }
}
