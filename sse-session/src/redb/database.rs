//! Opens the file.

use core::sync::atomic::AtomicBool;
use std::{path::Path, sync::Arc};

use ::redb::{Builder, Database, Durability, Error, ReadableDatabase, ReadableTable, TableError};

use super::{
    RedbOptions,
    clock::Clock,
    failure::{Failure, guarded},
    schema::{EXPIRY, FORMAT, KEYS, LOGS, META, RECORDS, VALUES, meta},
    storage::{NewFile, Observed, Storage},
};

/// How many revisions are skipped after a crash: more than may have been given, and lost, within the interval of the
/// relaxed mode.
const LOST_REVISIONS: u64 = 1 << 20;

/// Makes the file if it is not there.
pub(super) fn create(path: &Path, options: &RedbOptions) -> Result<(), Failure> {
    guarded(|| {
        let (file, backend) = NewFile::make(path).map_err(Error::from)?;
        let database = builder(options).create_with_backend(backend)?;
        initialize(&database)?;
        file.publish().map_err(Error::from)
    })
}

/// Opens what is there.
pub(super) fn open(
    storage: &dyn Storage,
    options: &RedbOptions,
    check: bool,
    sync_failed: &Arc<AtomicBool>,
) -> Result<Database, Failure> {
    let database = guarded(|| {
        let backend = storage.open().map_err(Error::from)?;
        let backend = Observed::new(backend, Arc::clone(sync_failed));
        let mut builder = builder(options);
        builder.set_check_integrity_on_open(check);
        builder.create_with_backend(backend).map_err(Error::from)
    })?;
    match guarded(|| number(&database, meta::FORMAT))? {
        Some(FORMAT) => {}
        Some(found) => {
            let known = FORMAT;
            return Err(Failure::NewerFormat { found, known });
        }
        None => return Err(Failure::Foreign),
    }
    Ok(database)
}

/// Begins to work with a file that was opened.
pub(super) fn begin(database: &Database) -> Result<Clock, Failure> {
    guarded(|| -> Result<Clock, Error> {
        let clock = Clock::new(number(database, meta::CLOCK)?.unwrap_or(0));
        let write = begin_synced(database)?;
        {
            let mut numbers = write.open_table(META)?;
            let was_closed = numbers.insert(meta::CLOSED, 0)?.map(|it| it.value()) == Some(1);
            if !was_closed {
                let last = numbers.get(meta::REVISION)?.map_or(0, |it| it.value());
                numbers.insert(meta::REVISION, last.saturating_add(LOST_REVISIONS))?;
            }
            numbers.insert(meta::CLOCK, clock.now())?;
        }
        write.commit()?;
        Ok(clock)
    })
}

/// The last thing that is written. Twice, so that the older of the two states that the database keeps is as new, whichever
/// is found to be the current one.
pub(super) fn end(database: &Database, clock: &Clock) -> Result<(), Failure> {
    guarded(|| -> Result<(), Error> {
        for _ in 0..2 {
            let write = begin_synced(database)?;
            {
                let mut numbers = write.open_table(META)?;
                numbers.insert(meta::CLOCK, clock.latest())?;
                numbers.insert(meta::CLOSED, 1)?;
            }
            write.commit()?;
        }
        Ok(())
    })
}

/// A transaction that is on disk when it is committed.
///
/// In two phases: with one, a page that was damaged after a crash would read as a commit that had not been completed,
/// and what was acknowledged would be rolled back silently.
pub(super) fn begin_synced(database: &Database) -> Result<::redb::WriteTransaction, Error> {
    let mut write = database.begin_write()?;
    write
        .set_durability(Durability::Immediate)
        .map_err(Error::from)?;
    write.set_quick_repair(true);
    Ok(write)
}

/// A number of the file.
pub(super) fn number(database: &Database, name: &str) -> Result<Option<u64>, Error> {
    let read = database.begin_read()?;
    match read.open_table(META) {
        Ok(numbers) => Ok(numbers.get(name)?.map(|it| it.value())),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// All tables, so that none is missing later.
pub(super) fn initialize(database: &Database) -> Result<(), Error> {
    let write = begin_synced(database)?;
    {
        let mut numbers = write.open_table(META)?;
        numbers.insert(meta::FORMAT, FORMAT)?;
        numbers.insert(meta::CLOSED, 1)?;
        write.open_table(LOGS)?;
        write.open_table(RECORDS)?;
        write.open_table(KEYS)?;
        write.open_table(VALUES)?;
        write.open_table(EXPIRY)?;
    }
    write.commit()?;
    Ok(())
}

fn builder(options: &RedbOptions) -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(options.cache_bytes);
    builder
}
