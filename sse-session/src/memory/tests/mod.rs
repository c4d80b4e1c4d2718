//! What the conformance suite does not ask of every store: limits, forgetting, expiry, and how hints
//! are told.

mod expiry;
mod hints;
mod limits;
mod logs;

use core::{
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;

use super::{MemoryLimits, MemoryStore};
use crate::{
    Channel,
    store::{
        Append, Appended, Expect, Join, Key, LogName, Member, Page, Position, Put, ReadFrom,
        ReadLimit, Retention, SessionStore, SetName, StoreError, StoreFuture,
    },
};

const SECOND: Duration = Duration::from_secs(1);

fn log(name: &str) -> LogName {
    LogName::of_channel(&Channel::try_from(name).unwrap())
}

fn key(name: &str) -> Key {
    Key::new("owner", name)
}

fn set(name: &str) -> SetName {
    SetName::new("present", name)
}

fn member(id: &str) -> Member {
    Member {
        id: Bytes::copy_from_slice(id.as_bytes()),
        note: Bytes::from_static(b"note"),
    }
}

fn record(bytes: usize) -> Append {
    Append::new(vec![b'x'; bytes].into(), 7)
}

fn keeping(retention: Retention) -> Append {
    let mut append = record(10);
    append.retention = retention;
    append
}

fn keyed(key: &str, window: Duration) -> Append {
    let mut append = record(10);
    append.key = Some(crate::store::IdempotencyKey {
        key: Bytes::copy_from_slice(key.as_bytes()),
        window,
    });
    append
}

impl MemoryStore {
    async fn appended(&self, name: &str, append: Append) -> Appended {
        self.append(&log(name), append).await.unwrap()
    }

    async fn page(&self, name: &str, from: ReadFrom) -> Page {
        let limit = ReadLimit {
            max_records: usize::MAX,
            max_bytes: usize::MAX,
        };
        self.read(&log(name), from, limit).await.unwrap()
    }

    async fn offsets(&self, name: &str) -> Vec<u64> {
        let page = self.page(name, ReadFrom::Earliest).await;
        let offsets = page.records.iter().map(|record| record.position.offset);
        offsets.collect()
    }

    async fn head(&self, name: &str) -> Option<Position> {
        self.heads(&[log(name)]).await.unwrap()[0]
    }

    async fn joined(&self, name: &str, id: &str, ttl: Duration) {
        let joined = self.join(&set(name), member(id), Join::new(ttl)).await;
        joined.unwrap();
    }

    /// Puts a value, whatever is there.
    fn put_value(
        &self,
        name: &str,
        value: Bytes,
        ttl: Option<Duration>,
    ) -> Result<u64, StoreError> {
        match self.put(&key(name), value, Expect::Any, ttl).now()? {
            Put::Stored { revision } => Ok(revision),
            Put::Conflict { .. } => panic!("not stored"),
        }
    }

    async fn count(&self, name: &str) -> u64 {
        self.members(&set(name), 0).await.unwrap().count
    }
}

/// Why it is full.
fn full(error: StoreError) -> super::MemoryFull {
    assert!(error.is_retryable());
    let StoreError::Unavailable { source: Some(full) } = error else {
        panic!("{error:?}");
    };
    *full.downcast().unwrap()
}

/// What a future gives that never waits.
trait Now<T> {
    fn now(self) -> Result<T, StoreError>;
}

impl<T> Now<T> for StoreFuture<'_, T> {
    fn now(mut self) -> Result<T, StoreError> {
        match self.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => result,
            Poll::Pending => panic!("memory does not wait"),
        }
    }
}
