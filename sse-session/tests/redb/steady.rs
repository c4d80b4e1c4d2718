//! A store with a thread of its own, in paused time.

use core::{fmt, pin::Pin, task, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use sse_session::{
    Channel,
    redb::RedbStore,
    store::{
        Append, Appended, Capabilities, Entry, Expect, Fence, Join, Joined, Key, LogName, Member,
        Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreError,
        StoreFuture, Watch, WatchSink,
    },
};
use tokio::{runtime::Handle, sync::Notify, task::JoinHandle};

/// Paused time jumps when tokio has nothing to do, and does not know of the store's thread. So each operation is driven
/// by a thread of the blocking pool, during which time stands still; and after one that was dropped, it stands still
/// until the store has come to an end with it.
#[derive(Debug)]
pub(crate) struct Steady {
    store: RedbStore,
}

impl Steady {
    pub(crate) fn new(store: RedbStore) -> Self {
        Self { store }
    }

    pub(crate) async fn close(self) {
        let closing = self.drive(|store| async move {
            store.close().await;
            Ok(())
        });
        closing.await.unwrap();
    }

    fn drive<T, F>(&self, operation: impl FnOnce(RedbStore) -> F) -> StoreFuture<'static, T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let mut driven = Driven {
            operation: Some(Box::pin(operation(self.store.clone()))),
            store: self.store.clone(),
            dropped: Arc::new(Notify::new()),
            running: None,
        };
        Box::pin(core::future::poll_fn(move |context| driven.poll(context)))
    }
}

struct Driven<T> {
    operation: Option<StoreFuture<'static, T>>,
    store: RedbStore,
    dropped: Arc<Notify>,
    running: Option<JoinHandle<Option<Result<T, StoreError>>>>,
}

impl<T: Send + 'static> Driven<T> {
    fn poll(&mut self, context: &mut task::Context<'_>) -> task::Poll<Result<T, StoreError>> {
        if let Some(operation) = self.operation.take() {
            let (store, dropped) = (self.store.clone(), Arc::clone(&self.dropped));
            let runtime = Handle::current();
            self.running = Some(tokio::task::spawn_blocking(move || {
                runtime.block_on(drive(operation, store, &dropped))
            }));
        }
        let running = self.running.as_mut().unwrap();
        Pin::new(running)
            .poll(context)
            .map(|done| done.unwrap().unwrap())
    }
}

impl<T> Drop for Driven<T> {
    fn drop(&mut self) {
        self.dropped.notify_one();
    }
}

async fn drive<T>(
    operation: StoreFuture<'static, T>,
    store: RedbStore,
    dropped: &Notify,
) -> Option<Result<T, StoreError>> {
    tokio::select! {
        done = operation => return Some(done),
        () = dropped.notified() => {}
    }
    // What was under way comes before this. There is no such log.
    let log = LogName::of_channel(&Channel::try_from("none").unwrap());
    let _ = store.trim(&log, 1, None).await;
    None
}

impl SessionStore for Steady {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        let log = log.clone();
        self.drive(|store| async move { store.append(&log, append).await })
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        let log = log.clone();
        self.drive(move |store| async move { store.read(&log, from, limit).await })
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        let logs = logs.to_vec();
        self.drive(|store| async move { store.heads(&logs).await })
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        let log = log.clone();
        self.drive(move |store| async move { store.trim(&log, through, fence).await })
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        self.store.announce(log, payload)
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        self.store.watch(sink)
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        let key = key.clone();
        self.drive(|store| async move { store.get(&key).await })
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        let key = key.clone();
        self.drive(move |store| async move { store.put(&key, value, expect, ttl).await })
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        let key = key.clone();
        self.drive(move |store| async move { store.extend(&key, revision, ttl).await })
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        let key = key.clone();
        self.drive(move |store| async move { store.remove(&key, expect).await })
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        let set = set.clone();
        self.drive(move |store| async move { store.join(&set, member, join).await })
    }

    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
        let (set, member) = (set.clone(), member.clone());
        self.drive(|store| async move { store.leave(&set, &member).await })
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        let set = set.clone();
        self.drive(move |store| async move { store.members(&set, first).await })
    }
}

impl fmt::Display for Steady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}
