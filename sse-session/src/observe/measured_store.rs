//! A store whose calls are told.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::{Observers, StoreCall, StoreOperation, StoreOutcome};
use crate::store::{
    Append, Appended, Capabilities, Entry, Expect, Fence, Join, Joined, Key, LogName, Member,
    Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreFuture, Watch,
    WatchSink,
};

/// A store that tells its observers of each call: what was asked, what became of it, how long it
/// took. A call is told once, also if nobody waits for it until it is done.
///
/// ```
/// use sse_session::{
///     hub::Hub,
///     memory::MemoryStore,
///     observe::{MeasuredStore, Observers},
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let observers = Observers::new();
/// let store = MeasuredStore::new(MemoryStore::new(), observers.clone());
/// let hub = Hub::builder(store).with_observers(observers).build()?;
/// # drop(hub);
/// # Ok(())
/// # }
/// ```
///
/// Hints are passed on unmeasured.
#[derive(Debug, Clone)]
#[must_use]
pub struct MeasuredStore<S> {
    store: S,
    observers: Observers,
}

impl<S: SessionStore> MeasuredStore<S> {
    /// That store, told to these.
    pub const fn new(store: S, observers: Observers) -> Self {
        Self { store, observers }
    }

    fn measured<'a, T: Send + 'a>(
        &'a self,
        operation: StoreOperation,
        future: StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        if self.observers.is_empty() {
            return future;
        }
        let call = Call {
            observers: &self.observers,
            operation,
            outcome: StoreOutcome::Dropped,
            begun: Instant::now(),
        };
        Box::pin(async move {
            // The whole of it, not only what is written.
            let mut call = call;
            let result = future.await;
            call.outcome = match &result {
                Ok(_) => StoreOutcome::Done,
                Err(error) => error.into(),
            };
            result
        })
    }
}

/// Tells when it is dropped.
struct Call<'a> {
    observers: &'a Observers,
    operation: StoreOperation,
    outcome: StoreOutcome,
    begun: Instant,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let call = StoreCall::new(self.operation, self.outcome, self.begun.elapsed());
        self.observers.tell(|observer| observer.store_call(call));
    }
}

impl<S: SessionStore> SessionStore for MeasuredStore<S> {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        let future = self.store.append(log, append);
        self.measured(StoreOperation::Append, future)
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        let future = self.store.read(log, from, limit);
        self.measured(StoreOperation::Read, future)
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        let future = self.store.heads(logs);
        self.measured(StoreOperation::Heads, future)
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        let future = self.store.trim(log, through, fence);
        self.measured(StoreOperation::Trim, future)
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        let future = self.store.announce(log, payload);
        self.measured(StoreOperation::Announce, future)
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        self.store.watch(sink)
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        let future = self.store.get(key);
        self.measured(StoreOperation::Get, future)
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        let future = self.store.put(key, value, expect, ttl);
        self.measured(StoreOperation::Put, future)
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        let future = self.store.extend(key, revision, ttl);
        self.measured(StoreOperation::Extend, future)
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        let future = self.store.remove(key, expect);
        self.measured(StoreOperation::Remove, future)
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        let future = self.store.join(set, member, join);
        self.measured(StoreOperation::Join, future)
    }

    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
        let future = self.store.leave(set, member);
        self.measured(StoreOperation::Leave, future)
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        let future = self.store.members(set, first);
        self.measured(StoreOperation::Members, future)
    }
}

/// As the store.
impl<S: fmt::Display> fmt::Display for MeasuredStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}
