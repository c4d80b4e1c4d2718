//! Stores behind a pointer.

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;

use super::{
    Append, Appended, Capabilities, Entry, Expect, Fence, Join, Joined, Key, LogName, Member,
    Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreFuture, Watch,
    WatchSink,
};

macro_rules! forward {
    ($pointer:ident) => {
        /// The store that it points to.
        impl<S: SessionStore + ?Sized> SessionStore for $pointer<S> {
            fn capabilities(&self) -> Capabilities {
                (**self).capabilities()
            }

            fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
                (**self).append(log, append)
            }

            fn read<'a>(
                &'a self,
                log: &'a LogName,
                from: ReadFrom,
                limit: ReadLimit,
            ) -> StoreFuture<'a, Page> {
                (**self).read(log, from, limit)
            }

            fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
                (**self).heads(logs)
            }

            fn trim<'a>(
                &'a self,
                log: &'a LogName,
                through: u64,
                fence: Option<Fence>,
            ) -> StoreFuture<'a, ()> {
                (**self).trim(log, through, fence)
            }

            fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
                (**self).announce(log, payload)
            }

            fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
                (**self).watch(sink)
            }

            fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
                (**self).get(key)
            }

            fn put<'a>(
                &'a self,
                key: &'a Key,
                value: Bytes,
                expect: Expect,
                ttl: Option<Duration>,
            ) -> StoreFuture<'a, Put> {
                (**self).put(key, value, expect, ttl)
            }

            fn extend<'a>(
                &'a self,
                key: &'a Key,
                revision: u64,
                ttl: Duration,
            ) -> StoreFuture<'a, bool> {
                (**self).extend(key, revision, ttl)
            }

            fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
                (**self).remove(key, expect)
            }

            fn join<'a>(
                &'a self,
                set: &'a SetName,
                member: Member,
                join: Join,
            ) -> StoreFuture<'a, Joined> {
                (**self).join(set, member, join)
            }

            fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
                (**self).leave(set, member)
            }

            fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
                (**self).members(set, first)
            }
        }
    };
}

forward!(Arc);
forward!(Box);

#[cfg(test)]
mod tests {
    use core::{
        fmt,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;
    use crate::{Channel, memory::MemoryStore};

    /// What a generic user of stores does.
    fn appended(store: &impl SessionStore) -> u64 {
        let log = LogName::of_channel(&Channel::try_from("a").unwrap());
        let append = store.append(&log, Append::new(Bytes::new(), 1));
        match pin!(append).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(appended) => appended.unwrap().position.offset,
            Poll::Pending => unreachable!("memory does not wait"),
        }
    }

    #[test]
    fn a_pointer_to_a_store_is_that_store_whatever_its_type() {
        let store = MemoryStore::new();
        let shared: Arc<dyn SessionStore> = Arc::new(store.clone());
        assert_eq!(appended(&store), 1);
        assert_eq!(appended(&shared), 2);
        assert_eq!(appended(&Arc::new(store.clone())), 3);
        assert_eq!(appended(&Box::new(Arc::clone(&shared))), 4);
        let boxed: Box<dyn SessionStore> = Box::new(shared);
        assert_eq!(appended(&boxed), 5);
        let names: [&dyn fmt::Display; 2] = [&store, &boxed];
        assert_eq!(names.map(|name| name.to_string()), ["memory", "memory"]);
    }
}
