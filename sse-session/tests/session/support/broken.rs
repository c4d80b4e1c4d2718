//! Stores that break a promise: what is built on them has to be seen to fail.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use sse_session::{
    memory::MemoryStore,
    store::{
        Append, Appended, Capabilities, Entry, Expect, Fence, Full, Join, Joined, Key, LogName,
        Member, Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName,
        StoreFuture, Watch, WatchSink,
    },
};

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    /// Appends and trims are not fenced.
    UnfencedLogs,
    /// Whoever renews is told that it holds still.
    UnfencedRenewals,
    /// A value that is put again has the revision that it had.
    StandingRevisions,
    /// What was expected is not looked at.
    LastWriterWins,
    /// Sets have no limit.
    Unlimited,
    /// A member that joins again is another one.
    NewEachTime,
}

/// A store in memory with a defect.
#[derive(Debug, Clone)]
pub(crate) struct BrokenStore {
    store: MemoryStore,
    defect: Defect,
}

impl BrokenStore {
    pub(crate) fn new(defect: Defect) -> Self {
        let store = MemoryStore::new();
        Self { store, defect }
    }

    fn fence(&self, fence: Option<Fence>) -> Option<Fence> {
        fence.filter(|_| self.defect != Defect::UnfencedLogs)
    }

    fn entry(&self, entry: Option<Entry>) -> Option<Entry> {
        let standing = self.defect == Defect::StandingRevisions;
        entry.map(|entry| Entry {
            revision: if standing { 1 } else { entry.revision },
            ..entry
        })
    }

    /// What the store itself is asked for.
    fn expect(&self, expect: Expect, current: Option<&Entry>) -> Expect {
        match (self.defect, expect, current) {
            (Defect::LastWriterWins, ..) => Expect::Any,
            (Defect::StandingRevisions, Expect::Revision(_), Some(entry)) => {
                Expect::Revision(entry.revision)
            }
            _ => expect,
        }
    }
}

impl SessionStore for BrokenStore {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn append<'a>(&'a self, log: &'a LogName, mut append: Append) -> StoreFuture<'a, Appended> {
        append.fence = self.fence(append.fence);
        self.store.append(log, append)
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        self.store.read(log, from, limit)
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
        self.store.trim(log, through, self.fence(fence))
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        self.store.announce(log, payload)
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        self.store.watch(sink)
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        Box::pin(async { Ok(self.entry(self.store.get(key).await?)) })
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move {
            let current = self.store.get(key).await?;
            let expect = self.expect(expect, current.as_ref());
            Ok(match self.store.put(key, value, expect, ttl).await? {
                Put::Stored { .. } if self.defect == Defect::StandingRevisions => {
                    Put::Stored { revision: 1 }
                }
                Put::Conflict { current } => Put::Conflict {
                    current: self.entry(current),
                },
                stored @ Put::Stored { .. } => stored,
            })
        })
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let current = self.store.get(key).await?;
            match (self.defect, current) {
                (Defect::UnfencedRenewals, _) => Ok(true),
                (Defect::StandingRevisions, Some(entry)) => {
                    self.store.extend(key, entry.revision, ttl).await
                }
                _ => self.store.extend(key, revision, ttl).await,
            }
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        self.store.remove(key, expect)
    }

    fn join<'a>(
        &'a self,
        set: &'a SetName,
        mut member: Member,
        mut join: Join,
    ) -> StoreFuture<'a, Joined> {
        match self.defect {
            Defect::Unlimited => join = Join::new(join.ttl),
            Defect::NewEachTime => {
                member.id = [&*member.id, &*member.note].concat().into();
                join = join.limit.map_or(join, |(members, _)| {
                    Join::new(join.ttl).with_limit(members, Full::Refuse)
                });
            }
            _ => (),
        }
        self.store.join(set, member, join)
    }

    fn leave<'a>(&'a self, set: &'a SetName, id: &'a Bytes) -> StoreFuture<'a, bool> {
        self.store.leave(set, id)
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        self.store.members(set, first)
    }
}

impl fmt::Display for BrokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken store")
    }
}
