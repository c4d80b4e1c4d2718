//! Where the bytes are.

use core::{
    fmt,
    ops::Bound,
    sync::atomic::{AtomicBool, Ordering},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
};

use ::redb::{BackendError, StorageBackend, backends::FileBackend};

/// Where the bytes are: can be opened again after something went wrong.
pub(super) trait Storage: fmt::Debug + Send + Sync {
    /// What is there, or an error.
    fn open(&self) -> io::Result<Box<dyn StorageBackend>>;
}

/// A file.
#[derive(Debug)]
pub(super) struct FileStorage {
    path: PathBuf,
}

impl FileStorage {
    pub(super) fn new(path: &Path) -> Self {
        let path = path.to_owned();
        Self { path }
    }
}

impl Storage for FileStorage {
    fn open(&self) -> io::Result<Box<dyn StorageBackend>> {
        let file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        if file.metadata()?.len() == 0 {
            // The database would make a new one of it. It was not us who left it like this: see `create`.
            return Err(io::Error::new(ErrorKind::InvalidData, "the file is empty"));
        }
        Ok(Box::new(backend(file)?))
    }
}

/// A file that is not there yet. It appears under its name when there is a database in it, so that a file without one is
/// always a damaged one.
#[derive(Debug)]
pub(super) struct NewFile {
    path: PathBuf,
    /// Beside it.
    made: PathBuf,
}

impl NewFile {
    /// Under another name, for this user only.
    pub(super) fn make(path: &Path) -> io::Result<(Self, impl StorageBackend + use<>)> {
        let random = getrandom::u64().map_err(|error| io::Error::other(error.to_string()))?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{random:016x}.new"));
        let made = path.with_file_name(name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&made)?;
        let path = path.to_owned();
        Ok((Self { path, made }, backend(file)?))
    }

    /// Gives it its name, if nobody else has made it meanwhile.
    pub(super) fn publish(self) -> io::Result<()> {
        match fs::hard_link(&self.made, &self.path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
            // Where there are no links, there is a moment in which another process may do the same.
            Err(_) if !self.path.exists() => fs::rename(&self.made, &self.path)?,
            result => result?,
        }
        sync_folder_of(&self.path)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Not there any more if it was renamed.
        let _ = fs::remove_file(&self.made);
    }
}

/// Without it a file may be gone after a crash although what is in it was synchronised.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

fn backend(file: File) -> io::Result<FileBackend> {
    FileBackend::new(file).map_err(|error| io::Error::other(error.to_string()))
}

/// Remembers whether synchronising has failed. After that nobody knows what is on the disk: the system may count pages
/// as written that are not, and reading them back shows what was to be written.
#[derive(Debug)]
pub(super) struct Observed {
    backend: Box<dyn StorageBackend>,
    sync_failed: Arc<AtomicBool>,
}

impl Observed {
    pub(super) fn new(backend: Box<dyn StorageBackend>, sync_failed: Arc<AtomicBool>) -> Self {
        Self {
            backend,
            sync_failed,
        }
    }
}

impl StorageBackend for Observed {
    fn len(&self) -> io::Result<u64> {
        self.backend.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.backend.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.backend.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        let synced = self.backend.sync_data();
        if synced.is_err() {
            self.sync_failed.store(true, Ordering::Release);
        }
        synced
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.backend.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.backend.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.backend.try_lock_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.backend.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.backend.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.backend.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.backend.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.backend.query_lock_range(start, end)
    }
}
