//! The store.

use core::{fmt, time::Duration};
use std::{
    path::Path,
    sync::Arc,
    thread::{self, JoinHandle},
};

use ::redb::{Database, Error};
use bytes::Bytes;
use tokio::{runtime::Handle, sync::Semaphore};

use super::{
    RedbMode, RedbOptions,
    batch::Batch,
    clock::Clock,
    database,
    failure::Failure,
    file::OpenFile,
    queue::Queue,
    reads,
    sets::Sets,
    storage::{FileStorage, Storage},
    watchers::{RedbWatch, Watchers},
    writer::Writer,
};
use crate::store::{
    Append, Appended, Capabilities, Durability, Entry, Expect, Fence, Join, Joined, Key, LogName,
    Member, Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreError,
    StoreFuture, Watch, WatchEvent, WatchSink, check,
};

/// A [`SessionStore`] in one file. See the [module](crate::redb).
///
/// Clones are the same store. When the last one is dropped the file is closed, which waits for what is being
/// written: [`close`](Self::close) it before where that may not block.
#[derive(Clone)]
pub struct RedbStore {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    options: RedbOptions,
    file: Arc<OpenFile>,
    clock: Arc<Clock>,
    watchers: Arc<Watchers>,
    queue: Queue,
    sets: Sets,
    reads: Arc<Semaphore>,
    writer: Option<JoinHandle<()>>,
}

impl RedbStore {
    /// Opens the file, or makes it if there is none. With the default [options](RedbOptions).
    ///
    /// # Errors
    ///
    /// As [`open_with`](Self::open_with).
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, RedbOptions::default())
    }

    /// Opens the file, or makes it if there is none; the folder has to be there.
    ///
    /// Blocks: it reads the whole file, unless told [not to check](RedbOptions::with_check) it.
    ///
    /// # Errors
    ///
    /// [`InUse`](StoreError::InUse) if the file is open already, in this process or another one.
    /// [`Corrupt`](StoreError::Corrupt) if it is damaged: nothing is repaired, nothing is made anew.
    /// [`NewerFormat`](StoreError::NewerFormat) if a newer version of this crate has made it.
    /// [`Configuration`](StoreError::Configuration) if it is a database of something else.
    /// [`Unavailable`](StoreError::Unavailable) if it cannot be read or written.
    pub fn open_with(path: impl AsRef<Path>, options: RedbOptions) -> Result<Self, StoreError> {
        let path = path.as_ref();
        match path.try_exists() {
            Ok(true) => {}
            Ok(false) => database::create(path, &options)?,
            Err(error) => return Err(Failure::Unavailable(error.to_string()).into()),
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let storage = Box::new(FileStorage::new(path));
        Ok(Self::open_storage(&name, storage, options)?)
    }

    pub(super) fn open_storage(
        name: &str,
        storage: Box<dyn Storage>,
        options: RedbOptions,
    ) -> Result<Self, Failure> {
        let (file, clock) = OpenFile::open(storage, options)?;
        let (file, clock) = (Arc::new(file), Arc::new(clock));
        let watchers = Arc::<Watchers>::default();
        let (queue, messages) = Queue::new(options.queue_bytes);
        let writer = Writer::new(
            Arc::clone(&file),
            Arc::clone(&clock),
            Arc::clone(&watchers),
            options,
        )?;
        let writer = thread::Builder::new()
            .name("sse-session-redb".into())
            .spawn(move || writer.run(&messages))
            .map_err(|error| Failure::Unavailable(error.to_string()))?;
        let inner = Inner {
            name: name.to_owned(),
            options,
            file,
            clock,
            watchers,
            queue,
            sets: Sets::new(options.max_member_bytes),
            reads: Arc::new(Semaphore::new(options.concurrent_reads.max(1))),
            writer: Some(writer),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Writes what was begun, closes the file, and gives up its lock. From then on every operation is refused as
    /// [`Closed`](StoreError::Closed), by all clones.
    ///
    /// Dropping the future changes nothing: it is closed in any case.
    pub async fn close(&self) {
        // An error is the thread's end.
        let _ = self.inner.queue.close().await;
    }
}

impl Inner {
    /// Asks something that is small, here.
    fn ask<T>(
        &self,
        question: impl FnOnce(&Database) -> Result<T, Error>,
    ) -> Result<T, StoreError> {
        Ok(self.file.with(question)?)
    }

    /// The sets, as long as it is open: whatever becomes of the file, they are there.
    fn sets(&self) -> Result<&Sets, StoreError> {
        if self.file.is_closed() {
            return Err(StoreError::Closed);
        }
        Ok(&self.sets)
    }

    /// Reads a page of a log, in a thread that may wait for the disk.
    async fn read(
        &self,
        log: &LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> Result<Page, StoreError> {
        let now = self.clock.now();
        let Ok(runtime) = Handle::try_current() else {
            return self.ask(|database| reads::page(database, log, from, limit, now));
        };
        let turn = Arc::clone(&self.reads).acquire_owned().await;
        let (file, log) = (Arc::clone(&self.file), log.clone());
        let read = runtime.spawn_blocking(move || {
            let _turn = turn;
            file.with(|database| reads::page(database, &log, from, limit, now))
        });
        match read.await {
            Ok(page) => Ok(page?),
            // The runtime is being shut down.
            Err(error) => Err(StoreError::Unavailable {
                source: Some(error.into()),
            }),
        }
    }

    async fn append(&self, log: &LogName, append: Append) -> Result<Appended, StoreError> {
        check::append(&append, self.options.max_payload_bytes)?;
        let epoch = getrandom::u64().map_err(|error| StoreError::Unavailable {
            source: Some(error.to_string().into()),
        })?;
        let durability = match self.options.mode {
            RedbMode::Synced => Durability::Synced,
            RedbMode::Relaxed { .. } => Durability::Memory,
        };
        let (log, now) = (log.clone(), self.clock.now());
        let bytes = append.payload.len();
        let apply = move |batch: &mut Batch<'_>| {
            // 0 is no log's, so that it can stand for none.
            batch.append(&log, &append, epoch.max(1), durability, now)
        };
        self.queue.submit(bytes, apply).await
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        drop(self.queue.close());
        // A sink may have the last handle: the thread that calls it cannot wait for itself.
        if let Some(writer) = self.writer.take()
            && writer.thread().id() != thread::current().id()
        {
            let _ = writer.join();
        }
    }
}

/// What changes a log or a value is sent to the thread that writes when its future is polled first, and answered when it is
/// committed. Dropped before the thread has come to it, it is not done.
impl SessionStore for RedbStore {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            durable: matches!(self.inner.options.mode, RedbMode::Synced),
            shared: false,
            contiguous_offsets: true,
            byte_retention: true,
            exact_members: true,
            key_expiry: true,
            max_payload_bytes: self.inner.options.max_payload_bytes,
        }
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        Box::pin(self.inner.append(log, append))
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(self.inner.read(log, from, limit))
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        Box::pin(async move { self.inner.ask(|database| reads::heads(database, logs)) })
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let (log, now) = (log.clone(), self.inner.clock.now());
            let apply = move |batch: &mut Batch<'_>| batch.trim(&log, through, fence.as_ref(), now);
            self.inner.queue.submit(0, apply).await
        })
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            check::payload(&payload, self.inner.options.max_payload_bytes)?;
            if self.inner.file.is_closed() {
                return Err(StoreError::Closed);
            }
            self.inner.watchers.tell(log, || WatchEvent::Announced {
                log: log.clone(),
                payload: payload.clone(),
            });
            Ok(())
        })
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        Box::new(RedbWatch::new(Arc::clone(&self.inner.watchers), sink))
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        Box::pin(async move {
            let now = self.inner.clock.now();
            self.inner.ask(|database| reads::value(database, key, now))
        })
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move {
            check::value(&value)?;
            let (key, now) = (key.clone(), self.inner.clock.now());
            let bytes = value.len();
            let apply = move |batch: &mut Batch<'_>| batch.put(&key, &value, expect, ttl, now);
            self.inner.queue.submit(bytes, apply).await
        })
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let (key, now) = (key.clone(), self.inner.clock.now());
            let apply = move |batch: &mut Batch<'_>| batch.extend_value(&key, revision, ttl, now);
            self.inner.queue.submit(0, apply).await
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let (key, now) = (key.clone(), self.inner.clock.now());
            let apply = move |batch: &mut Batch<'_>| batch.remove(&key, expect, now);
            self.inner.queue.submit(0, apply).await
        })
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        Box::pin(async move { self.inner.sets()?.join(set, member, join) })
    }

    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
        Box::pin(async move { Ok(self.inner.sets()?.leave(set, member)) })
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        Box::pin(async move { Ok(self.inner.sets()?.members(set, first)) })
    }
}

impl fmt::Display for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redb")
    }
}

/// The name of the file, without its folder; and nothing of what is in it.
impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbStore")
            .field("file", &self.inner.name)
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}
