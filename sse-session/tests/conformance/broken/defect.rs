//! A store that does everything right but for one thing.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use sse_session::conformance::ReferenceStore;
use sse_session::store::{
    Append, Appended, Capabilities, Entry, Expect, Fence, Join, Joined, Key, LogName, Member,
    Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreFuture, Watch,
    WatchSink,
};

/// What is wrong with a store: whatever it does not do itself is done right.
pub(crate) trait Defect: fmt::Debug + Default + Send + Sync + 'static {
    /// The store is opened again.
    fn reopen(&self, _right: &ReferenceStore) {}

    fn watch(&self, right: &ReferenceStore, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        right.watch(sink)
    }

    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        right.append(log, append)
    }

    fn read<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        right.read(log, from, limit)
    }

    fn heads<'a>(
        &'a self,
        right: &'a ReferenceStore,
        logs: &'a [LogName],
    ) -> StoreFuture<'a, Vec<Option<Position>>> {
        right.heads(logs)
    }

    fn trim<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        right.trim(log, through, fence)
    }

    fn announce<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        payload: Bytes,
    ) -> StoreFuture<'a, ()> {
        right.announce(log, payload)
    }

    fn get<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
    ) -> StoreFuture<'a, Option<Entry>> {
        right.get(key)
    }

    fn put<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        right.put(key, value, expect, ttl)
    }

    fn extend<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        revision: u64,
        ttl: Duration,
    ) -> StoreFuture<'a, bool> {
        right.extend(key, revision, ttl)
    }

    fn remove<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        expect: Expect,
    ) -> StoreFuture<'a, bool> {
        right.remove(key, expect)
    }

    fn join<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        member: Member,
        join: Join,
    ) -> StoreFuture<'a, Joined> {
        right.join(set, member, join)
    }

    fn leave<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        id: &'a Bytes,
    ) -> StoreFuture<'a, bool> {
        right.leave(set, id)
    }

    fn members<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        first: usize,
    ) -> StoreFuture<'a, Members> {
        right.members(set, first)
    }
}

/// A store with a defect.
#[derive(Debug)]
pub(crate) struct Broken<D> {
    pub(crate) right: ReferenceStore,
    pub(crate) defect: Arc<D>,
}

impl<D: Defect> SessionStore for Broken<D> {
    fn capabilities(&self) -> Capabilities {
        self.right.capabilities()
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        self.defect.watch(&self.right, sink)
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        self.defect.append(&self.right, log, append)
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        self.defect.read(&self.right, log, from, limit)
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        self.defect.heads(&self.right, logs)
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        self.defect.trim(&self.right, log, through, fence)
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        self.defect.announce(&self.right, log, payload)
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        self.defect.get(&self.right, key)
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        self.defect.put(&self.right, key, value, expect, ttl)
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        self.defect.extend(&self.right, key, revision, ttl)
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        self.defect.remove(&self.right, key, expect)
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        self.defect.join(&self.right, set, member, join)
    }

    fn leave<'a>(&'a self, set: &'a SetName, id: &'a Bytes) -> StoreFuture<'a, bool> {
        self.defect.leave(&self.right, set, id)
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        self.defect.members(&self.right, set, first)
    }
}

impl<D: Defect> fmt::Display for Broken<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.defect)
    }
}
