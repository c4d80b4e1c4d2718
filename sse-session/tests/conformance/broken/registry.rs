//! What goes wrong with values.

use core::time::Duration;

use bytes::Bytes;
use sse_session::{
    conformance::{Defect, ReferenceStore},
    store::{Expect, Key, Put, SessionStore, StoreFuture},
};

/// Nothing expires.
#[derive(Debug, Default)]
pub(super) struct LivesForEver;

impl Defect for LivesForEver {
    fn put<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        _: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        right.put(key, value, expect, None)
    }
}

/// Values expire before their time.
#[derive(Debug, Default)]
pub(super) struct ExpiresTooSoon;

impl Defect for ExpiresTooSoon {
    fn put<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        right.put(key, value, expect, ttl.map(|ttl| ttl * 9 / 10))
    }
}

/// It extends whatever is there.
#[derive(Debug, Default)]
pub(super) struct ExtendsAnyRevision;

impl Defect for ExtendsAnyRevision {
    fn extend<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        _: u64,
        ttl: Duration,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            match right.get(key).await? {
                Some(entry) => right.extend(key, entry.revision, ttl).await,
                None => Ok(false),
            }
        })
    }
}

/// What was removed is there still.
#[derive(Debug, Default)]
pub(super) struct KeepsWhatWasRemoved;

impl Defect for KeepsWhatWasRemoved {
    fn remove<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        expect: Expect,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let current = right.get(key).await?.map(|entry| entry.revision);
            Ok(match expect {
                Expect::Any => current.is_some(),
                Expect::Absent => false,
                Expect::Revision(revision) => current == Some(revision),
            })
        })
    }
}
