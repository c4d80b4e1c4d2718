//! A store with one thing wrong, as the negative controls of what an inbox promises.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use sse_session::{
    memory::MemoryStore,
    store::{
        Append, Appended, Capabilities, Entry, Expect, Fence, Join, Joined, Key, LogName, Member,
        Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreFuture,
        Watch, WatchSink,
    },
};

/// What is wrong with inboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    /// As if the handling loop acknowledged what it reads before it handles it.
    AcknowledgesFirst,
    /// As if keys were not looked at.
    ForgetsKeys,
    /// As if the loop took the newest message first.
    NewestFirst,
    /// As if acknowledgements had no fence.
    NoFence,
}

#[derive(Debug, Clone)]
pub(crate) struct DefectStore {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) defect: Defect,
}

impl fmt::Display for DefectStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {:?}", self.store, self.defect)
    }
}

fn is_inbox(log: &LogName) -> bool {
    log.as_str().starts_with("inbox/")
}

impl SessionStore for DefectStore {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn append<'a>(&'a self, log: &'a LogName, mut append: Append) -> StoreFuture<'a, Appended> {
        if is_inbox(log) && self.defect == Defect::ForgetsKeys {
            append.key = None;
        }
        self.store.append(log, append)
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move {
            let mut page = self.store.read(log, from, limit).await?;
            // 32 is what the loop asks for; whoever takes a message in asks for as many as may wait.
            if is_inbox(log) && limit.max_records == 32 {
                match (self.defect, page.records.last()) {
                    (Defect::AcknowledgesFirst, Some(last)) => {
                        self.store.trim(log, last.position.offset, None).await?;
                    }
                    (Defect::NewestFirst, _) => page.records.reverse(),
                    _ => (),
                }
            }
            Ok(page)
        })
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        self.store.heads(logs)
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        let fence = fence.filter(|_| self.defect != Defect::NoFence);
        self.store.trim(log, through, fence)
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        self.store.announce(log, payload)
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        self.store.watch(sink)
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        self.store.get(key)
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        self.store.put(key, value, expect, ttl)
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        self.store.extend(key, revision, ttl)
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        self.store.remove(key, expect)
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        self.store.join(set, member, join)
    }

    fn leave<'a>(&'a self, set: &'a SetName, id: &'a Bytes) -> StoreFuture<'a, bool> {
        self.store.leave(set, id)
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        self.store.members(set, first)
    }
}
