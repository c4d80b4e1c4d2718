//! Two tenants of one store, to whom the same happens.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use sse_session::store::{
    Append, Appended, Capabilities, Entry, Expect, Fence, Join, Joined, Key, LogName, Member,
    Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreFuture, Watch,
    WatchSink,
};

/// Does everything to the second store and then to the first, and shows the first. What crosses from one
/// to the other is seen as something that happens twice.
#[derive(Debug)]
pub(crate) struct Mirrored<S> {
    pub(crate) first: S,
    pub(crate) second: S,
}

impl<S: SessionStore> SessionStore for Mirrored<S> {
    fn capabilities(&self) -> Capabilities {
        self.first.capabilities()
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        self.first.watch(sink)
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            // Of a fence the second tenant knows nothing: its revisions are its own.
            let mut second = append.clone();
            second.fence = None;
            let _ = self.second.append(log, second).await;
            self.first.append(log, append).await
        })
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        self.first.read(log, from, limit)
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        self.first.heads(logs)
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let _ = self.second.trim(log, through, fence.clone()).await;
            self.first.trim(log, through, fence).await
        })
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let _ = self.second.announce(log, payload.clone()).await;
            self.first.announce(log, payload).await
        })
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        self.first.get(key)
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move {
            let _ = self.second.put(key, value.clone(), expect, ttl).await;
            self.first.put(key, value, expect, ttl).await
        })
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let _ = self.second.extend(key, revision, ttl).await;
            self.first.extend(key, revision, ttl).await
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let _ = self.second.remove(key, expect).await;
            self.first.remove(key, expect).await
        })
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        Box::pin(async move {
            let _ = self.second.join(set, member.clone(), join).await;
            self.first.join(set, member, join).await
        })
    }

    fn leave<'a>(&'a self, set: &'a SetName, id: &'a Bytes) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let _ = self.second.leave(set, id).await;
            self.first.leave(set, id).await
        })
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        self.first.members(set, first)
    }
}

impl<S: SessionStore> fmt::Display for Mirrored<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} beside {}", self.first, self.second)
    }
}
