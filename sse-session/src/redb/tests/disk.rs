//! A disk of which one can cut the power.

use core::fmt;
use std::{
    io::{self, ErrorKind},
    sync::Arc,
};

use ::redb::StorageBackend;
use fastrand::Rng;
use parking_lot::Mutex;

use crate::redb::{RedbOptions, RedbStore, database, failure::Failure, storage::Storage};

/// What a torn write tears at.
const SECTOR: usize = 512;

/// A disk in memory: what was synchronised, and what was written since then and may or may not be there after a power
/// cut. Clones are the same disk.
#[derive(Clone, Default)]
pub(super) struct Disk {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    synced: Vec<u8>,
    written: Vec<u8>,
    unsynced: Vec<Change>,
    /// Writes and synchronisations until the power is cut.
    left: Option<u64>,
    /// It says that it has synchronised, and has not.
    lies: bool,
    sync_fails: bool,
    max_bytes: Option<u64>,
    /// A file may be longer than there is room, as with holes in it.
    sparse: bool,
}

enum Change {
    Write { at: usize, data: Vec<u8> },
    Length(usize),
}

impl Disk {
    /// An empty store on it.
    pub(super) fn formatted() -> Self {
        let disk = Self::default();
        let database = ::redb::Builder::new()
            .create_with_backend(disk.clone())
            .unwrap();
        database::initialize(&database).unwrap();
        drop(database);
        disk
    }

    /// One with this on it.
    pub(super) fn of(image: Vec<u8>) -> Self {
        let disk = Self::default();
        disk.change(|state| {
            state.written.clone_from(&image);
            state.synced = image;
        });
        disk
    }

    pub(super) fn open(&self) -> Result<RedbStore, Failure> {
        self.open_with(RedbOptions::default())
    }

    pub(super) fn open_with(&self, options: RedbOptions) -> Result<RedbStore, Failure> {
        RedbStore::open_storage("disk", Box::new(self.clone()), options)
    }

    /// What a process that is running sees.
    pub(super) fn image(&self) -> Vec<u8> {
        self.state.lock().written.clone()
    }

    pub(super) fn cut_after(&self, operations: u64) {
        self.change(|state| state.left = Some(operations));
    }

    pub(super) fn is_cut(&self) -> bool {
        self.state.lock().left == Some(0)
    }

    pub(super) fn lie(&self) {
        self.change(|state| state.lies = true);
    }

    pub(super) fn fail_to_sync(&self, fails: bool) {
        self.change(|state| state.sync_fails = fails);
    }

    /// There is room for so much.
    pub(super) fn limit(&self, max_bytes: Option<u64>, sparse: bool) {
        self.change(|state| {
            state.max_bytes = max_bytes;
            state.sparse = sparse;
        });
    }

    /// What is there after the power was cut: some of what was not synchronised, or a part of it.
    pub(super) fn after_cut(&self, random: &mut Rng) -> Self {
        let state = self.state.lock();
        let mut image = state.synced.clone();
        for change in &state.unsynced {
            match change {
                Change::Length(length) if random.bool() => image.resize(*length, 0),
                Change::Write { at, data } if random.bool() => {
                    let torn = random.u8(..4) == 0;
                    for (sector, part) in data.chunks(SECTOR).enumerate() {
                        if !torn || random.bool() {
                            overwrite(&mut image, at + sector * SECTOR, part);
                        }
                    }
                }
                Change::Length(_) | Change::Write { .. } => {}
            }
        }
        Self::of(image)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock());
    }
}

fn overwrite(image: &mut Vec<u8>, at: usize, data: &[u8]) {
    let end = at + data.len();
    if image.len() < end {
        image.resize(end, 0);
    }
    image[at..end].copy_from_slice(data);
}

impl State {
    /// Counts an operation, of which the last one does not happen.
    fn count(&mut self) -> io::Result<()> {
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return Err(io::Error::other("no power"));
            }
        }
        Ok(())
    }

    fn check_room(&self, bytes: u64) -> io::Result<()> {
        if self.max_bytes.is_some_and(|max_bytes| bytes > max_bytes) {
            return Err(ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

impl Storage for Disk {
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        Ok(Box::new(self.clone()))
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state.lock().written.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.state.lock();
        let at = offset as usize;
        let there = state.written.get(at..at + out.len());
        out.copy_from_slice(there.ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state.lock();
        state.count()?;
        if !state.sparse {
            state.check_room(len)?;
        }
        state.written.resize(len as usize, 0);
        state.unsynced.push(Change::Length(len as usize));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let state = &mut *self.state.lock();
        state.count()?;
        if state.sync_fails {
            return Err(io::Error::other("the disk is broken"));
        }
        if !state.lies {
            state.synced.clone_from(&state.written);
            state.unsynced.clear();
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.state.lock();
        state.count()?;
        state.check_room(offset + data.len() as u64)?;
        let at = offset as usize;
        overwrite(&mut state.written, at, data);
        let data = data.to_vec();
        state.unsynced.push(Change::Write { at, data });
        Ok(())
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").finish_non_exhaustive()
    }
}
