//! One store for several tenants.

use core::{error::Error, fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;

use super::{
    Append, Appended, Capabilities, Entry, Expect, Fence, Join, Joined, Key, LogName, Member,
    Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreError,
    StoreFuture, Watch, WatchSink, check,
};

mod watch;

use self::watch::{PrefixSink, PrefixWatch};

/// A part of a store that is a store: the logs, keys and sets whose names have a prefix. Stores with
/// different prefixes have nothing in common, nor with the whole.
///
/// ```
/// use std::sync::Arc;
///
/// use bytes::Bytes;
/// use sse_session::{
///     Channel,
///     memory::MemoryStore,
///     store::{Append, LogName, PrefixStore, SessionStore},
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store: Arc<dyn SessionStore> = Arc::new(MemoryStore::new());
/// let [red, blue] = [PrefixStore::new("red", Arc::clone(&store))?, PrefixStore::new("blue", store)?];
///
/// let log = LogName::of_channel(&Channel::try_from("orders")?);
/// red.append(&log, Append::new(Bytes::from_static(b"one"), 1)).await?;
/// assert!(red.heads(&[log.clone()]).await?[0].is_some());
/// assert!(blue.heads(&[log.clone()]).await?[0].is_none());
/// # Ok(())
/// # }
/// ```
///
/// A prefix has 1 to 32 bytes of UTF-8 without `/`, `:` and control characters; in the names it ends with
/// `:`. No name of the whole store has a `:` before its first `/`, so no prefix and name together read as
/// another pair does. In a prefix there may be another one; all of them together have up to
/// 32 bytes: with more, the longest names are refused as [`StoreError::TooLarge`].
///
/// The whole's limits are shared: a tenant may use them up.
#[derive(Debug, Clone)]
#[must_use]
pub struct PrefixStore<S> {
    /// With the `:`.
    prefix: Arc<str>,
    store: S,
}

impl<S: SessionStore> PrefixStore<S> {
    /// The longest prefix, in bytes.
    pub const MAX_BYTES: usize = 32;

    /// The part of a store that has this prefix.
    ///
    /// # Errors
    ///
    /// What is no prefix.
    pub fn new(prefix: &str, store: S) -> Result<Self, InvalidPrefix> {
        if prefix.is_empty() {
            return Err(InvalidPrefix::Empty);
        }
        if prefix.len() > Self::MAX_BYTES {
            let bytes = prefix.len();
            return Err(InvalidPrefix::TooLong { bytes });
        }
        let is_wrong = |character: char| character.is_control() || matches!(character, '/' | ':');
        if let Some((at_byte, _)) = prefix.char_indices().find(|(_, at)| is_wrong(*at)) {
            return Err(InvalidPrefix::Character { at_byte });
        }
        let prefix = format!("{prefix}:").into();
        Ok(Self { prefix, store })
    }

    /// The whole.
    pub const fn get_ref(&self) -> &S {
        &self.store
    }

    fn log(&self, log: &LogName) -> Result<LogName, StoreError> {
        let log = log.prefixed(&self.prefix);
        check::name(log.as_str()).map(|()| log)
    }

    fn key(&self, key: &Key) -> Result<Key, StoreError> {
        let key = key.prefixed(&self.prefix);
        check::name(key.as_str()).map(|()| key)
    }

    fn set(&self, set: &SetName) -> Result<SetName, StoreError> {
        let set = set.prefixed(&self.prefix);
        check::name(set.as_str()).map(|()| set)
    }

    fn fence(&self, fence: Option<Fence>) -> Result<Option<Fence>, StoreError> {
        let Some(Fence { key, revision }) = fence else {
            return Ok(None);
        };
        let key = self.key(&key)?;
        Ok(Some(Fence { key, revision }))
    }
}

/// Each future maps the names when it is polled first; dropping it drops that of the whole store.
impl<S: SessionStore> SessionStore for PrefixStore<S> {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        Box::pin(async move {
            let fence = self.fence(append.fence)?;
            let log = self.log(log)?;
            self.store.append(&log, Append { fence, ..append }).await
        })
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move {
            let log = self.log(log)?;
            self.store.read(&log, from, limit).await
        })
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        Box::pin(async move {
            let prefixed = logs.iter().map(|log| self.log(log));
            let logs: Vec<_> = prefixed.collect::<Result<_, _>>()?;
            self.store.heads(&logs).await
        })
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let log = self.log(log)?;
            self.store.trim(&log, through, self.fence(fence)?).await
        })
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let log = self.log(log)?;
            self.store.announce(&log, payload).await
        })
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        let sink = PrefixSink::new(Arc::clone(&self.prefix), sink);
        let watch = self.store.watch(Arc::new(sink));
        Box::new(PrefixWatch::new(Arc::clone(&self.prefix), watch))
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        Box::pin(async move { self.store.get(&self.key(key)?).await })
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move {
            let key = self.key(key)?;
            self.store.put(&key, value, expect, ttl).await
        })
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = self.key(key)?;
            self.store.extend(&key, revision, ttl).await
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = self.key(key)?;
            self.store.remove(&key, expect).await
        })
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        Box::pin(async move {
            let set = self.set(set)?;
            self.store.join(&set, member, join).await
        })
    }

    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let set = self.set(set)?;
            self.store.leave(&set, member).await
        })
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        Box::pin(async move {
            let set = self.set(set)?;
            self.store.members(&set, first).await
        })
    }
}

/// Names the whole and the prefix.
impl<S: fmt::Display> fmt::Display for PrefixStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = self.prefix.trim_end_matches(':');
        write!(f, "{}, prefix {prefix}", self.store)
    }
}

/// Why a text is no prefix of a [`PrefixStore`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidPrefix {
    /// There is nothing in it.
    Empty,
    /// It is longer than [`PrefixStore::MAX_BYTES`].
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// There is a `/`, a `:` or a control character in it.
    Character {
        /// Where it begins.
        at_byte: usize,
    },
}

impl fmt::Display for InvalidPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the prefix of a store is empty"),
            Self::TooLong { bytes } => {
                write!(f, "the prefix of a store has {bytes} bytes, more than 32")
            }
            Self::Character { at_byte } => write!(
                f,
                "the prefix of a store has a character at byte {at_byte} that none has"
            ),
        }
    }
}

impl Error for InvalidPrefix {}

#[cfg(test)]
mod tests;
