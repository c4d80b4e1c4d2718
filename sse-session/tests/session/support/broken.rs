//! Stores that break a promise: what is built on them has to be seen to fail.

use core::time::Duration;

use bytes::Bytes;
use sse_session::{
    conformance::{self, BrokenStore},
    memory::MemoryStore,
    store::{
        Append, Appended, Entry, Expect, Fence, Full, Join, Joined, Key, LogName, Member, Put,
        SessionStore, SetName, StoreFuture,
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
    /// What tells the members of a session apart is not looked at.
    OneMemberOfEachSession,
}

/// A store in memory with a defect.
pub(crate) fn broken(defect: Defect) -> BrokenStore<MemoryStore, Defect> {
    BrokenStore::new(MemoryStore::new(), defect)
}

impl Defect {
    fn fence(self, fence: Option<Fence>) -> Option<Fence> {
        fence.filter(|_| self != Self::UnfencedLogs)
    }

    fn entry(self, entry: Option<Entry>) -> Option<Entry> {
        let standing = self == Self::StandingRevisions;
        entry.map(|entry| Entry {
            revision: if standing { 1 } else { entry.revision },
            ..entry
        })
    }

    /// What the store itself is asked for.
    fn expect(self, expect: Expect, current: Option<&Entry>) -> Expect {
        match (self, expect, current) {
            (Self::LastWriterWins, ..) => Expect::Any,
            (Self::StandingRevisions, Expect::Revision(_), Some(entry)) => {
                Expect::Revision(entry.revision)
            }
            _ => expect,
        }
    }
}

/// By the address of the session alone.
fn of_session(mut member: Member) -> Member {
    member.id.truncate(16);
    member
}

impl conformance::Defect<MemoryStore> for Defect {
    fn append<'a>(
        &'a self,
        right: &'a MemoryStore,
        log: &'a LogName,
        mut append: Append,
    ) -> StoreFuture<'a, Appended> {
        append.fence = self.fence(append.fence);
        right.append(log, append)
    }

    fn trim<'a>(
        &'a self,
        right: &'a MemoryStore,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        right.trim(log, through, self.fence(fence))
    }

    fn get<'a>(&'a self, right: &'a MemoryStore, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        Box::pin(async { Ok(self.entry(right.get(key).await?)) })
    }

    fn put<'a>(
        &'a self,
        right: &'a MemoryStore,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move {
            let current = right.get(key).await?;
            let expect = self.expect(expect, current.as_ref());
            Ok(match right.put(key, value, expect, ttl).await? {
                Put::Stored { .. } if *self == Self::StandingRevisions => {
                    Put::Stored { revision: 1 }
                }
                Put::Conflict { current } => Put::Conflict {
                    current: self.entry(current),
                },
                stored @ Put::Stored { .. } => stored,
            })
        })
    }

    fn extend<'a>(
        &'a self,
        right: &'a MemoryStore,
        key: &'a Key,
        revision: u64,
        ttl: Duration,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let current = right.get(key).await?;
            match (self, current) {
                (Self::UnfencedRenewals, _) => Ok(true),
                (Self::StandingRevisions, Some(entry)) => {
                    right.extend(key, entry.revision, ttl).await
                }
                _ => right.extend(key, revision, ttl).await,
            }
        })
    }

    fn join<'a>(
        &'a self,
        right: &'a MemoryStore,
        set: &'a SetName,
        mut member: Member,
        mut join: Join,
    ) -> StoreFuture<'a, Joined> {
        match self {
            Self::Unlimited => join = Join::new(join.ttl),
            Self::NewEachTime => {
                member.id = [&*member.id, &*member.note].concat().into();
                join = join.limit.map_or(join, |(members, _)| {
                    Join::new(join.ttl).with_limit(members, Full::Refuse)
                });
            }
            Self::OneMemberOfEachSession => member = of_session(member),
            _ => (),
        }
        right.join(set, member, join)
    }

    fn leave<'a>(
        &'a self,
        right: &'a MemoryStore,
        set: &'a SetName,
        member: &'a Member,
    ) -> StoreFuture<'a, bool> {
        if *self != Self::OneMemberOfEachSession {
            return right.leave(set, member);
        }
        Box::pin(async move { right.leave(set, &of_session(member.clone())).await })
    }
}
