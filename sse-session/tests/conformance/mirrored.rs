//! Two tenants of one store, to whom the same happens.

use core::time::Duration;

use bytes::Bytes;
use sse_session::{
    conformance::Defect,
    store::{
        Append, Appended, Expect, Fence, Join, Joined, Key, LogName, Member, Put, SessionStore,
        SetName, StoreFuture,
    },
};

/// Does everything to a second store and then to the first, which is shown. What crosses from one
/// to the other is seen as something that happens twice.
#[derive(Debug)]
pub(crate) struct MirroredTo<S>(pub(crate) S);

impl<S: SessionStore> Defect<S> for MirroredTo<S> {
    fn append<'a>(
        &'a self,
        first: &'a S,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            // Of a fence the second tenant knows nothing: its revisions are its own.
            let mut second = append.clone();
            second.fence = None;
            let _ = self.0.append(log, second).await;
            first.append(log, append).await
        })
    }

    fn trim<'a>(
        &'a self,
        first: &'a S,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let _ = self.0.trim(log, through, fence.clone()).await;
            first.trim(log, through, fence).await
        })
    }

    fn announce<'a>(
        &'a self,
        first: &'a S,
        log: &'a LogName,
        payload: Bytes,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let _ = self.0.announce(log, payload.clone()).await;
            first.announce(log, payload).await
        })
    }

    fn put<'a>(
        &'a self,
        first: &'a S,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move {
            let _ = self.0.put(key, value.clone(), expect, ttl).await;
            first.put(key, value, expect, ttl).await
        })
    }

    fn extend<'a>(
        &'a self,
        first: &'a S,
        key: &'a Key,
        revision: u64,
        ttl: Duration,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let _ = self.0.extend(key, revision, ttl).await;
            first.extend(key, revision, ttl).await
        })
    }

    fn remove<'a>(&'a self, first: &'a S, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let _ = self.0.remove(key, expect).await;
            first.remove(key, expect).await
        })
    }

    fn join<'a>(
        &'a self,
        first: &'a S,
        set: &'a SetName,
        member: Member,
        join: Join,
    ) -> StoreFuture<'a, Joined> {
        Box::pin(async move {
            let _ = self.0.join(set, member.clone(), join).await;
            first.join(set, member, join).await
        })
    }

    fn leave<'a>(
        &'a self,
        first: &'a S,
        set: &'a SetName,
        member: &'a Member,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let _ = self.0.leave(set, member).await;
            first.leave(set, member).await
        })
    }
}
