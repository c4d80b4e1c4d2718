//! Revisions that begin anew.

use core::time::Duration;
use std::{collections::HashMap, sync::Mutex};

use bytes::Bytes;
use sse_session::{
    conformance::{Defect, ReferenceStore},
    store::{Append, Appended, Entry, Expect, Fence, Key, LogName, Put, SessionStore, StoreFuture},
};

/// The revisions of a key begin anew when its value was removed, or when the store is opened again.
#[derive(Debug, Default)]
pub(super) struct RevisionsBeginAnew<const REOPENED: bool> {
    /// The revision before the first one, and the last one.
    keys: Mutex<HashMap<Key, (u64, u64)>>,
}

impl<const REOPENED: bool> RevisionsBeginAnew<REOPENED> {
    /// The next revision of these keys is the first one.
    fn restart(&self, which: impl Fn(&Key) -> bool) {
        for (key, (base, last)) in self.keys.lock().unwrap().iter_mut() {
            if which(key) {
                *base = *last;
            }
        }
    }

    fn real(&self, key: &Key, revision: u64) -> u64 {
        let base = self.keys.lock().unwrap().get(key).map_or(0, |at| at.0);
        revision.saturating_add(base)
    }

    fn shown(&self, key: &Key, revision: u64) -> u64 {
        let mut keys = self.keys.lock().unwrap();
        let (base, last) = keys.entry(key.clone()).or_insert((revision - 1, revision));
        *last = revision.max(*last);
        revision.saturating_sub(*base)
    }

    fn expect(&self, key: &Key, expect: Expect) -> Expect {
        match expect {
            Expect::Revision(revision) => Expect::Revision(self.real(key, revision)),
            other => other,
        }
    }

    fn entry(&self, key: &Key, entry: Option<Entry>) -> Option<Entry> {
        entry.map(|entry| Entry {
            revision: self.shown(key, entry.revision),
            ..entry
        })
    }
}

impl<const REOPENED: bool> Defect for RevisionsBeginAnew<REOPENED> {
    fn reopen(&self, _: &ReferenceStore) {
        if REOPENED {
            self.restart(|_| true);
        }
    }

    fn append<'a>(
        &'a self,
        right: &'a ReferenceStore,
        log: &'a LogName,
        mut append: Append,
    ) -> StoreFuture<'a, Appended> {
        append.fence = append.fence.map(|Fence { key, revision }| Fence {
            revision: self.real(&key, revision),
            key,
        });
        right.append(log, append)
    }

    fn get<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
    ) -> StoreFuture<'a, Option<Entry>> {
        Box::pin(async move { Ok(self.entry(key, right.get(key).await?)) })
    }

    fn put<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move {
            let expect = self.expect(key, expect);
            Ok(match right.put(key, value, expect, ttl).await? {
                Put::Stored { revision } => Put::Stored {
                    revision: self.shown(key, revision),
                },
                Put::Conflict { current } => Put::Conflict {
                    current: self.entry(key, current),
                },
            })
        })
    }

    fn extend<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        revision: u64,
        ttl: Duration,
    ) -> StoreFuture<'a, bool> {
        right.extend(key, self.real(key, revision), ttl)
    }

    fn remove<'a>(
        &'a self,
        right: &'a ReferenceStore,
        key: &'a Key,
        expect: Expect,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let removed = right.remove(key, self.expect(key, expect)).await?;
            if removed && !REOPENED {
                self.restart(|removed| removed == key);
            }
            Ok(removed)
        })
    }
}
