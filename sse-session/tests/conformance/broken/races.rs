//! What goes wrong between looking and acting.

use core::time::Duration;

use bytes::Bytes;
use sse_session::{
    conformance::{Defect, ReferenceStore},
    store::{
        Append, Appended, Expect, Fence, Full, Join, Joined, Key, LogName, Member, Put,
        SessionStore, SetName, StoreError, StoreFuture,
    },
};
use tokio::task::yield_now;

use super::sets::take_out;

/// Time for somebody else.
async fn others() {
    for _ in 0..50 {
        yield_now().await;
    }
}

/// Whoever has an old fence appends all the same.
#[derive(Debug, Default)]
pub(super) struct IgnoresFences;

impl Defect for IgnoresFences {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        mut append: Append,
    ) -> StoreFuture<'a, Appended> {
        // It looks whether there is an owner, and not which.
        Box::pin(async move {
            if let Some(fence) = append.fence.take()
                && right.get(&fence.key).await?.is_none()
            {
                return Err(StoreError::Fenced);
            }
            right.append(log, append).await
        })
    }
}

/// Whoever has an old fence trims all the same.
#[derive(Debug, Default)]
pub(super) struct TrimsBehindAnyFence;

impl Defect for TrimsBehindAnyFence {
    fn trim<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        through: u64,
        _: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        right.trim(log, through, None)
    }
}

/// The fence held some time before the append.
#[derive(Debug, Default)]
pub(super) struct ChecksFencesEarly;

impl Defect for ChecksFencesEarly {
    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        mut append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            if let Some(fence) = append.fence.take() {
                let current = right.get(&fence.key).await?.map(|entry| entry.revision);
                if current != Some(fence.revision) {
                    return Err(StoreError::Fenced);
                }
                others().await;
            }
            right.append(log, append).await
        })
    }
}

/// The expected value was there some time before the new one was put.
#[derive(Debug, Default)]
pub(super) struct ComparesThenSets;

impl Defect for ComparesThenSets {
    fn put<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move {
            let current = right.get(key).await?;
            let revision = current.as_ref().map(|entry| entry.revision);
            let expected = match expect {
                Expect::Any => true,
                Expect::Absent => revision.is_none(),
                Expect::Revision(expected) => revision == Some(expected),
            };
            if !expected {
                return Ok(Put::Conflict { current });
            }
            others().await;
            right.put(key, value, Expect::Any, ttl).await
        })
    }
}

/// There was room some time before the member joined.
#[derive(Debug, Default)]
pub(super) struct CountsThenJoins;

impl Defect for CountsThenJoins {
    fn join<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        member: Member,
        mut join: Join,
    ) -> StoreFuture<'a, Joined> {
        Box::pin(async move {
            if let Some((limit, Full::Refuse)) = join.limit.take_if(|it| it.1 == Full::Refuse) {
                let members = right.members(set, usize::MAX).await?;
                let there = members.first.iter().any(|it| it.id == member.id);
                if !there && members.count >= u64::from(limit) {
                    return Ok(Joined::Refused);
                }
                others().await;
            }
            right.join(set, member, join).await
        })
    }
}

/// The note was the right one some time before the membership ended.
#[derive(Debug, Default)]
pub(super) struct LooksThenLeaves;

impl Defect for LooksThenLeaves {
    fn leave<'a>(
        &'a self,
        right: &'a ReferenceStore,
        set: &'a SetName,
        member: &'a Member,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let there = right.members(set, usize::MAX).await?.first;
            if !there.contains(member) {
                return Ok(false);
            }
            others().await;
            take_out(right, set, member).await
        })
    }
}
