//! Which store: the one line that a team changes when one node is not enough.

use std::sync::Arc;

use sse_session::memory::MemoryStore;
use sse_session::nats::{NatsOptions, NatsStore};
use sse_session::redb::RedbStore;
use sse_session::redis::{RedisOptions, RedisStore};
use sse_session::store::{SessionStore, StoreError};

/// What [`open`] takes, for a command line to tell.
pub(crate) const FORMS: &str =
    "memory, redb:FILE, redis://HOST:PORT, unix:///SOCKET (Redis) or nats://HOST:PORT";

/// The store of this name. The first two are for one node, and all nodes that share one of the others are one service.
///
/// # Errors
///
/// [`StoreError`]: it is none of the [`FORMS`], or cannot be opened.
pub(crate) async fn open(name: &str) -> Result<Arc<dyn SessionStore>, StoreError> {
    Ok(match name.split_once(':') {
        None if name == "memory" => Arc::new(MemoryStore::new()),
        Some(("redb", file)) => Arc::new(RedbStore::open(file)?),
        Some(("redis" | "unix", _)) => {
            Arc::new(RedisStore::connect(RedisOptions::from_url(name)?).await?)
        }
        Some(("nats" | "tls", _)) => Arc::new(NatsStore::connect(NatsOptions::new(name)).await?),
        _ => {
            return Err(StoreError::Configuration {
                problem: format!("a store is one of {FORMS}"),
            });
        }
    })
}
