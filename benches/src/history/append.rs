//! Appends per second of the store in a file, beside a plain transaction for each.

use core::time::Duration;
use std::time::Instant;

use redb::{Database, Durability, TableDefinition};
use sse_session::{
    Channel,
    redb::{RedbMode, RedbOptions, RedbStore},
    store::{Append, LogName, SessionStore as _, StoreError},
};
use tempfile::TempDir;

use super::kept::{block, folder};
use crate::fanout::cell::median;

/// Who appends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appender {
    /// The store, with so many writers: each waits for its acknowledgement before its next append.
    Store {
        /// How many.
        writers: usize,
    },
    /// One thread, and a transaction for each append: a number and the payload into one table.
    PlainTransactions,
}

/// How many appends were acknowledged.
#[derive(Debug)]
pub struct Appends {
    /// Each is on disk when it is acknowledged.
    pub synced: bool,
    /// By whom.
    pub by: Appender,
    /// The median.
    pub per_second: f64,
    /// The median of the ratios, round by round, to plain transactions of the same durability.
    pub ratio: f64,
}

/// Measures all, in turns.
///
/// # Errors
///
/// The store's.
pub async fn run(
    rounds: usize,
    at_least: Duration,
) -> Result<Vec<Appends>, Box<dyn core::error::Error>> {
    let mut rows = Vec::new();
    for synced in [true, false] {
        let store = Store::open(synced)?;
        let plain = Plain::open(synced)?;
        let writers = [1, 64];
        let mut runs = [const { Vec::new() }; 3];
        for _ in 0..rounds {
            runs[0].push(plain.run(at_least)?);
            for (runs, writers) in runs[1..].iter_mut().zip(writers) {
                runs.push(store.run(writers, at_least).await?);
            }
        }
        let floor = runs[0].clone();
        let by = [
            Appender::PlainTransactions,
            Appender::Store { writers: 1 },
            Appender::Store { writers: 64 },
        ];
        for (by, runs) in by.into_iter().zip(runs) {
            let ratios = runs.iter().zip(&floor).map(|(one, floor)| one / floor);
            rows.push(Appends {
                synced,
                by,
                ratio: median(ratios.collect()),
                per_second: median(runs),
            });
        }
    }
    Ok(rows)
}

struct Store {
    store: RedbStore,
    _folder: TempDir,
}

impl Store {
    fn open(synced: bool) -> Result<Self, StoreError> {
        let folder = folder()?;
        let mode = if synced {
            RedbMode::Synced
        } else {
            let interval = Duration::from_secs(1);
            RedbMode::Relaxed { interval }
        };
        let options = RedbOptions::default().with_mode(mode);
        Ok(Self {
            store: RedbStore::open_with(folder.path().join("store.redb"), options)?,
            _folder: folder,
        })
    }

    /// Appends per second.
    async fn run(
        &self,
        writers: usize,
        at_least: Duration,
    ) -> Result<f64, Box<dyn core::error::Error>> {
        let start = Instant::now();
        let until = start + at_least;
        let writers: Vec<_> = (0..writers)
            .map(|_| tokio::spawn(write(self.store.clone(), until)))
            .collect();
        let mut appended = 0;
        for writer in writers {
            appended += writer.await??;
        }
        Ok(f64::from(appended) / start.elapsed().as_secs_f64())
    }
}

async fn write(store: RedbStore, until: Instant) -> Result<u32, StoreError> {
    let log = LogName::of_channel(&Channel::try_from("prices").expect("a name"));
    let mut appended = 0;
    while appended == 0 || Instant::now() < until {
        appended += 1;
        let append = Append::new(block(appended.into()), appended);
        store.append(&log, append).await?;
    }
    Ok(appended)
}

struct Plain {
    database: Database,
    durability: Durability,
    _folder: TempDir,
}

impl Plain {
    const TABLE: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("records");

    fn open(synced: bool) -> Result<Self, Box<dyn core::error::Error>> {
        let folder = folder()?;
        Ok(Self {
            database: Database::create(folder.path().join("plain.redb"))?,
            durability: if synced {
                Durability::Immediate
            } else {
                Durability::None
            },
            _folder: folder,
        })
    }

    /// Appends per second.
    fn run(&self, at_least: Duration) -> Result<f64, Box<dyn core::error::Error>> {
        let start = Instant::now();
        let mut appended = 0_u32;
        while appended == 0 || start.elapsed() < at_least {
            appended += 1;
            let mut write = self.database.begin_write()?;
            write.set_durability(self.durability)?;
            let mut table = write.open_table(Self::TABLE)?;
            table.insert(u64::from(appended), &*block(appended.into()))?;
            drop(table);
            write.commit()?;
        }
        Ok(f64::from(appended) / start.elapsed().as_secs_f64())
    }
}
