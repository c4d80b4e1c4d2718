//! Stores that are broken on purpose.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;

use super::ReferenceStore;
use crate::store::{
    Append, Appended, Capabilities, Entry, Expect, Fence, Join, Joined, Key, LogName, Member,
    Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreFuture, Watch,
    WatchSink,
};

/// What is wrong with a store: whatever is not done here is done right, by the store itself. For negative controls: what a
/// promise is built on has to be seen to fail without it.
///
/// ```
/// use bytes::Bytes;
/// use sse_session::{
///     Channel,
///     conformance::{BrokenStore, Defect, ReferenceStore},
///     store::{Append, Appended, LogName, SessionStore, StoreFuture},
/// };
///
/// /// Fences are not looked at.
/// #[derive(Debug)]
/// struct Unfenced;
///
/// impl Defect for Unfenced {
///     fn append<'a>(
///         &'a self,
///         right: &'a ReferenceStore,
///         log: &'a LogName,
///         mut append: Append,
///     ) -> StoreFuture<'a, Appended> {
///         append.fence = None;
///         right.append(log, append)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = BrokenStore::new(ReferenceStore::new(), Unfenced);
/// let log = LogName::of_channel(&Channel::try_from("a")?);
/// store.append(&log, Append::new(Bytes::new(), 1)).await?;
/// assert_eq!(store.to_string(), "reference store with Unfenced");
/// # Ok(())
/// # }
/// ```
pub trait Defect<S: SessionStore = ReferenceStore>: fmt::Debug + Send + Sync + 'static {
    /// The store is opened again, if whoever has it [says so](BrokenStore::reopen).
    fn reopen(&self, _right: &S) {}

    /// Instead of [`SessionStore::watch`].
    fn watch(&self, right: &S, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        right.watch(sink)
    }

    /// Instead of [`SessionStore::append`].
    fn append<'a>(
        &'a self,
        right: &'a S,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        right.append(log, append)
    }

    /// Instead of [`SessionStore::read`].
    fn read<'a>(
        &'a self,
        right: &'a S,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        right.read(log, from, limit)
    }

    /// Instead of [`SessionStore::heads`].
    fn heads<'a>(
        &'a self,
        right: &'a S,
        logs: &'a [LogName],
    ) -> StoreFuture<'a, Vec<Option<Position>>> {
        right.heads(logs)
    }

    /// Instead of [`SessionStore::trim`].
    fn trim<'a>(
        &'a self,
        right: &'a S,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        right.trim(log, through, fence)
    }

    /// Instead of [`SessionStore::announce`].
    fn announce<'a>(
        &'a self,
        right: &'a S,
        log: &'a LogName,
        payload: Bytes,
    ) -> StoreFuture<'a, ()> {
        right.announce(log, payload)
    }

    /// Instead of [`SessionStore::get`].
    fn get<'a>(&'a self, right: &'a S, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        right.get(key)
    }

    /// Instead of [`SessionStore::put`].
    fn put<'a>(
        &'a self,
        right: &'a S,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        right.put(key, value, expect, ttl)
    }

    /// Instead of [`SessionStore::extend`].
    fn extend<'a>(
        &'a self,
        right: &'a S,
        key: &'a Key,
        revision: u64,
        ttl: Duration,
    ) -> StoreFuture<'a, bool> {
        right.extend(key, revision, ttl)
    }

    /// Instead of [`SessionStore::remove`].
    fn remove<'a>(&'a self, right: &'a S, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        right.remove(key, expect)
    }

    /// Instead of [`SessionStore::join`].
    fn join<'a>(
        &'a self,
        right: &'a S,
        set: &'a SetName,
        member: Member,
        join: Join,
    ) -> StoreFuture<'a, Joined> {
        right.join(set, member, join)
    }

    /// Instead of [`SessionStore::leave`].
    fn leave<'a>(
        &'a self,
        right: &'a S,
        set: &'a SetName,
        member: &'a Member,
    ) -> StoreFuture<'a, bool> {
        right.leave(set, member)
    }

    /// Instead of [`SessionStore::members`].
    fn members<'a>(
        &'a self,
        right: &'a S,
        set: &'a SetName,
        first: usize,
    ) -> StoreFuture<'a, Members> {
        right.members(set, first)
    }
}

/// A store with a [`Defect`]. Clones are the same store.
#[derive(Debug)]
pub struct BrokenStore<S, D> {
    right: S,
    defect: Arc<D>,
}

impl<S: SessionStore, D: Defect<S>> BrokenStore<S, D> {
    /// What this store is with the defect.
    #[must_use]
    pub fn new(right: S, defect: D) -> Self {
        let defect = Arc::new(defect);
        Self { right, defect }
    }

    /// The store without it.
    pub const fn get_ref(&self) -> &S {
        &self.right
    }

    /// Does what is wrong with opening it again.
    pub fn reopen(&self) {
        self.defect.reopen(&self.right);
    }
}

impl<S: Clone, D> Clone for BrokenStore<S, D> {
    fn clone(&self) -> Self {
        Self {
            right: self.right.clone(),
            defect: Arc::clone(&self.defect),
        }
    }
}

impl<S: SessionStore, D: Defect<S>> SessionStore for BrokenStore<S, D> {
    fn capabilities(&self) -> Capabilities {
        self.right.capabilities()
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        self.defect.watch(&self.right, sink)
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        self.defect.append(&self.right, log, append)
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        self.defect.read(&self.right, log, from, limit)
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        self.defect.heads(&self.right, logs)
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        self.defect.trim(&self.right, log, through, fence)
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        self.defect.announce(&self.right, log, payload)
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        self.defect.get(&self.right, key)
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        self.defect.put(&self.right, key, value, expect, ttl)
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        self.defect.extend(&self.right, key, revision, ttl)
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        self.defect.remove(&self.right, key, expect)
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        self.defect.join(&self.right, set, member, join)
    }

    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
        self.defect.leave(&self.right, set, member)
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        self.defect.members(&self.right, set, first)
    }
}

impl<S: fmt::Display, D: fmt::Debug> fmt::Display for BrokenStore<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {:?}", self.right, self.defect)
    }
}
