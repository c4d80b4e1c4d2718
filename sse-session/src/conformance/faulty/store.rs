//! The store.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use tokio::time::sleep;

use super::{
    Fault, Faults, Operation,
    hints::{FaultySink, FaultyWatch},
};
use crate::store::{
    Append, Appended, Capabilities, Entry, Expect, Fence, Join, Joined, Key, LogName, Member,
    Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreError,
    StoreFuture, Watch, WatchSink,
};

/// A store that fails when it is told to, for tests of what is built on stores. Without faults it is the
/// store that is in it.
///
/// ```
/// use sse_session::conformance::{Fault, Faults, FaultyStore, Operation, ReferenceStore};
/// use sse_session::store::{Append, LogName, SessionStore, StoreError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let faults = Faults::new();
/// let store = FaultyStore::new(ReferenceStore::new(), faults.clone());
/// let log = LogName::of_channel(&"news".try_into()?);
///
/// faults.push(Operation::Append, Fault::OutcomeUnknown { done: true });
/// let unknown = store.append(&log, Append::new("one".into(), 1)).await;
/// assert!(matches!(unknown, Err(StoreError::OutcomeUnknown { .. })));
/// // The next one is as it should be, and stands behind the one that was done.
/// let appended = store.append(&log, Append::new("two".into(), 2)).await?;
/// assert_eq!(appended.position.offset, 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FaultyStore<S> {
    store: S,
    faults: Faults,
}

impl<S: SessionStore> FaultyStore<S> {
    /// This store, with these faults.
    #[must_use]
    pub const fn new(store: S, faults: Faults) -> Self {
        Self { store, faults }
    }

    /// What goes wrong.
    #[must_use]
    pub const fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The store that is in it.
    #[must_use]
    pub const fn get_ref(&self) -> &S {
        &self.store
    }

    /// The store that is in it.
    #[must_use]
    pub fn into_inner(self) -> S {
        self.store
    }

    fn run<'a, T: Send + 'a>(
        &'a self,
        operation: Operation,
        future: StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        Box::pin(async move {
            self.faults.pass(operation).await;
            match self.faults.next(operation) {
                None => future.await,
                Some(Fault::Unavailable) => Err(StoreError::Unavailable { source: None }),
                Some(Fault::OutcomeUnknown { done }) => {
                    if done {
                        future.await?;
                    }
                    Err(StoreError::OutcomeUnknown { source: None })
                }
                Some(Fault::Delay(by)) => {
                    sleep(by).await;
                    future.await
                }
                Some(Fault::Late(by)) => {
                    let done = future.await;
                    sleep(by).await;
                    done
                }
            }
        })
    }
}

impl<S: SessionStore> SessionStore for FaultyStore<S> {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        self.run(Operation::Append, self.store.append(log, append))
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        self.run(Operation::Read, self.store.read(log, from, limit))
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        self.run(Operation::Heads, self.store.heads(logs))
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        self.run(Operation::Trim, self.store.trim(log, through, fence))
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        self.run(Operation::Announce, self.store.announce(log, payload))
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        let sink = FaultySink::new(sink, self.faults.clone());
        let watch = self.store.watch(Arc::clone(&sink) as Arc<dyn WatchSink>);
        Box::new(FaultyWatch::new(watch, sink))
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        self.run(Operation::Get, self.store.get(key))
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        self.run(Operation::Put, self.store.put(key, value, expect, ttl))
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        self.run(Operation::Extend, self.store.extend(key, revision, ttl))
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        self.run(Operation::Remove, self.store.remove(key, expect))
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        self.run(Operation::Join, self.store.join(set, member, join))
    }

    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
        self.run(Operation::Leave, self.store.leave(set, member))
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        self.run(Operation::Members, self.store.members(set, first))
    }
}

impl<S: SessionStore> fmt::Display for FaultyStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "faulty {}", self.store)
    }
}
