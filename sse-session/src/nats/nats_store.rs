//! The store.

use core::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use std::sync::Arc;

use bytes::Bytes;
use tokio::{runtime::Handle, task::JoinHandle};

use super::{
    NatsOptions, NatsStorage,
    connect::{connect, keep_house},
    failure::unknown,
    logs::Logs,
    reads, registry,
    server::Server,
    sets::{self, Sets},
    sweep::sweep,
    turns::Turns,
    watch::{self, NatsWatch},
};
use crate::store::{
    Append, Appended, Capabilities, Durability, Entry, Expect, Fence, Join, Joined, Key, LogName,
    Member, Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreError,
    StoreFuture, Watch, WatchSink, check,
};

/// What a message has besides its payload, at most.
const OVERHEAD_BYTES: usize = 8 << 10;

/// A [`SessionStore`] on NATS JetStream. See the [module](crate::nats).
///
/// Clones are the same store, over one connection. Dropping the last one ends it.
#[derive(Clone)]
pub struct NatsStore {
    inner: Arc<Inner>,
}

struct Inner {
    server: Arc<Server>,
    runtime: Handle,
    logs: Logs,
    sets: Sets,
    values: Turns<()>,
    is_closed: AtomicBool,
    tasks: [JoinHandle<()>; 3],
}

impl NatsStore {
    /// Connects to the server, and makes the streams that are not there.
    ///
    /// # Errors
    ///
    /// [`Unavailable`](StoreError::Unavailable) if no server can be reached, or it has no JetStream, or it does not know who
    /// this is. [`Configuration`](StoreError::Configuration) if the options cannot be used, or streams of these names are there and were
    /// made otherwise.
    pub async fn connect(options: NatsOptions) -> Result<Self, StoreError> {
        let server = connect(options).await?;
        let tasks = keep_house(&server);
        Ok(Self {
            inner: Arc::new(Inner {
                server,
                runtime: Handle::current(),
                logs: Logs::default(),
                sets: Sets::default(),
                values: Turns::default(),
                is_closed: AtomicBool::new(false),
                tasks,
            }),
        })
    }

    /// Removes what has expired, if nobody has done so within this interval. Done every ten minutes by one of those who share the
    /// store; `true` if it was this one now.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`]; part of it may have been done.
    pub async fn sweep(&self, interval: Duration) -> Result<bool, StoreError> {
        sweep(self.inner.open()?, interval).await
    }

    /// From now on every operation is refused as [`Closed`](StoreError::Closed), by all clones.
    pub async fn close(&self) {
        self.inner.is_closed.store(true, Ordering::Release);
        // What was announced is on its way.
        let _ = self.inner.server.flush().await;
    }
}

impl Inner {
    fn open(&self) -> Result<&Arc<Server>, StoreError> {
        if self.is_closed.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        Ok(&self.server)
    }

    fn durability(&self) -> Durability {
        let options = &self.server.options;
        match options.storage {
            _ if options.is_replicated() => Durability::Replicated,
            NatsStorage::File => Durability::Stored,
            NatsStorage::Memory => Durability::Memory,
        }
    }

    fn max_payload_bytes(&self) -> usize {
        let server = self.server.client.max_payload();
        let most = self.server.options.max_payload_bytes;
        most.min(server.saturating_sub(OVERHEAD_BYTES))
    }
}

/// Goes on by itself, so that who holds a turn gives it back also if nobody polls it; and ends where it is when it is dropped.
struct Driven<T> {
    task: JoinHandle<Result<T, StoreError>>,
}

impl<T> Drop for Driven<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl NatsStore {
    async fn drive<T, F>(&self, operation: impl FnOnce(Arc<Inner>) -> F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let task = self.inner.runtime.spawn(operation(Arc::clone(&self.inner)));
        let mut driven = Driven { task };
        match (&mut driven.task).await {
            Ok(done) => done,
            // The runtime is being shut down.
            Err(error) => Err(unknown(error)),
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// What changes something is one message, meant for the place behind the last one: it is stored as a whole or not at all, also if its
/// future is dropped.
impl SessionStore for NatsStore {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            durable: self.inner.durability() > Durability::Memory,
            shared: true,
            contiguous_offsets: false,
            byte_retention: false,
            exact_members: true,
            key_expiry: true,
            max_payload_bytes: self.inner.max_payload_bytes(),
        }
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            check::append(&append, self.inner.max_payload_bytes())?;
            let log = log.clone();
            self.drive(|inner| async move {
                let (server, durability) = (inner.open()?, inner.durability());
                inner.logs.append(server, &log, append, durability).await
            })
            .await
        })
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move { reads::page(self.inner.open()?, log, from, limit).await })
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        Box::pin(async move { reads::heads(self.inner.open()?, logs).await })
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let log = log.clone();
            self.drive(|inner| async move {
                let server = inner.open()?;
                inner.logs.trim(server, &log, through, fence.as_ref()).await
            })
            .await
        })
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            check::payload(&payload, self.inner.max_payload_bytes())?;
            watch::announce(self.inner.open()?, log, payload).await
        })
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        let Inner {
            server, runtime, ..
        } = &*self.inner;
        Box::new(NatsWatch::new(Arc::clone(server), runtime.clone(), sink))
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        Box::pin(async move { registry::get(self.inner.open()?, key).await })
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
            let key = key.clone();
            self.drive(|inner| async move {
                let server = inner.open()?;
                let turn = inner.values.of(key.as_str());
                let _turn = turn.lock().await;
                registry::put(server, &key, &value, expect, ttl).await
            })
            .await
        })
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = key.clone();
            self.drive(|inner| async move {
                let server = inner.open()?;
                let turn = inner.values.of(key.as_str());
                let _turn = turn.lock().await;
                registry::extend(server, &key, revision, ttl).await
            })
            .await
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = key.clone();
            self.drive(|inner| async move {
                let server = inner.open()?;
                let turn = inner.values.of(key.as_str());
                let _turn = turn.lock().await;
                registry::remove(server, &key, expect).await
            })
            .await
        })
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        Box::pin(async move {
            check::member(&member)?;
            let set = set.clone();
            self.drive(
                |inner| async move { inner.sets.join(inner.open()?, &set, member, join).await },
            )
            .await
        })
    }

    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let (set, member) = (set.clone(), member.clone());
            self.drive(|inner| async move { inner.sets.leave(inner.open()?, &set, &member).await })
                .await
        })
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        Box::pin(async move { sets::members(self.inner.open()?, set, first).await })
    }
}

impl fmt::Display for NatsStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nats")
    }
}

/// Where it is and how it keeps, but not what.
impl fmt::Debug for NatsStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsStore")
            .field("options", &self.inner.server.options)
            .finish_non_exhaustive()
    }
}
