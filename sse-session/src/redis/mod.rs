//! The store on Redis or Valkey.
//!
//! A [`RedisStore`] keeps all on a server that several processes share, version 7.0 or newer: a client may come back to
//! any of them. What is appended by one is told to all who watch.
//!
//! ```no_run
//! use sse_session::{
//!     hub::Hub,
//!     redis::{RedisOptions, RedisStore},
//! };
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let options = RedisOptions::new("redis.internal", 6379)
//!     .with_user("sse")
//!     .with_password("secret")
//!     .with_prefix("shop");
//! let store = RedisStore::connect(options).await?;
//! let hub = Hub::builder(store).build()?;
//! # drop(hub);
//! # Ok(())
//! # }
//! ```
//!
//! # What is kept where
//!
//! All keys begin with the prefix in braces, so that they are in one hash slot and one script may have any of them.
//!
//! | key | type | what |
//! |---|---|---|
//! | `{PREFIX}l:LOG` | hash | the head of a log: epoch, offset, tag |
//! | `{PREFIX}r:LOG` | stream | its records, with the id `OFFSET-TAG` |
//! | `{PREFIX}i:LOG␀KEY` | hash | where the record of an idempotency key stands; it expires with its window |
//! | `{PREFIX}v:KEY` | hash | a value of the registry and its revision; it expires with its time to live |
//! | `{PREFIX}n:revision` | string | the last revision |
//! | `{PREFIX}e:SET`, `o:`, `m:` | sorted sets, hash | members by the end of their time, by joining, their notes |
//!
//! Hints come on the channels `{PREFIX}hDATABASE:LOG`. A user of the server's access control list needs the keys and
//! channels of the prefix, the commands of the scripts (`scripts/*.lua`), and `select`, `info`, `ping`, `eval`,
//! `evalsha`, `hmget`, `publish`, `subscribe`, `unsubscribe`; in a cluster `spublish`, `ssubscribe`, `sunsubscribe`
//! in the place of the last three; with replicas `wait`; for the full word on durability `config|get`.
//!
//! Each change is one script, so it happens as a whole or not at all, and all times are the server's. Records beyond
//! what is to be kept go in blocks of about a hundred (`MAXLEN ~`), so there are up to that many more. Retention does not
//! count bytes: bound the number of records instead. A log with a maximum age is gone by itself when all of it is too
//! old, and its head [some days](RedisOptions::with_forget_after) later; one without stays until its records are
//! trimmed.
//!
//! # What is acknowledged
//!
//! When the server has answered. What that survives is the server's configuration, which is looked up when the store is
//! connected, and which each acknowledgement [names](crate::store::Appended::durability):
//!
//! | configuration | an acknowledged event survives | else |
//! |---|---|---|
//! | `appendonly no` | the end of our process | a restart of the server loses all: gap `unknown` or `epoch` |
//! | `appendonly yes` | an orderly end of the server too | killed, or with its machine, it may lose the last seconds, more of them while the disk is slow: gap `rewound` or `forked` |
//! | … and `appendfsync always` | a crash of the machine | a failover to a replica may lose the last moments |
//! | [`Replicated`](RedisDurability::Replicated) | a failover to one of those that have it | a failover to another one: gap `rewound` or `forked` |
//!
//! With replicas each change is followed by `WAIT`, on a connection of its own. A record is read and told only
//! when enough replicas have it; a reader that finds one on its way waits for it. If they are too few in time, the outcome is
//! unknown: the record is there, and is shown with the next one that enough of them have. All processes have to be set up alike.
//!
//! Idempotency keys, owners of sessions, slots and spent tickets are kept as records are: what a failover loses of them
//! is not told. Revisions are never given twice: they are the server's time in microseconds, or more.
//!
//! # When something goes wrong
//!
//! - **No answer in [time](RedisOptions::with_response_timeout), or the connection is lost**:
//!   [`OutcomeUnknown`](crate::store::StoreError::OutcomeUnknown) for what changes something; it is not repeated here, only by whoever
//!   has an idempotency key. [`Unavailable`](crate::store::StoreError::Unavailable) for the rest. The connection is made anew.
//! - **It cannot be reached**: `Unavailable`, at once while nobody [tries](RedisOptions::with_reconnect_backoff) to connect.
//! - **The memory or the disk is full, or a replica was asked to write**: `Unavailable`, and nothing was done.
//! - **Hints are lost**, because the connection was, or the server has cut it as too slow: those who watch are told
//!   [`Lost`](crate::store::WatchEvent::Lost), and `Restored` when all is subscribed to again. A hub looks at the heads of its logs from time
//!   to time besides, for those that were lost without a sign.
//! - **Everything was removed, or the head of a log alone**: the log is made anew, with another epoch, and what is left of
//!   it goes. **The records alone**: the log goes on, and they are a gap `trimmed`.
//! - **The server throws keys away when it is full**: it is [refused](RedisOptions::with_eviction_allowed) when the store is connected.
//! - **What is there is not ours**: [`Corrupt`](crate::store::StoreError::Corrupt).
//!
//! # A cluster
//!
//! A store is in one hash slot, so one master has it, and the cluster is what takes over for that. That makes
//! fences exact: a session's owner and any log are in one script. Stores of other prefixes are on other masters. Who
//! has the slot is found by asking, and followed when it changes; while it is being moved, operations are refused as `Unavailable`.
//! The database is 0.
//!
//! # Connections
//!
//! One for commands, one for hints while something is watched (`SSUBSCRIBE` in a cluster), and with replicas one more. A log is
//! subscribed to once, however many watch it here. Payloads up to [16 KiB](RedisOptions::with_told_bytes) come with the hint; longer
//! ones are read once. Sinks are told by the task that reads the connection: one that is slow makes the server cut it.
//!
//! # Complexity
//!
//! Append, heads, get, put, extend, remove: O(1); join and leave: O(log n); read: O(log n + records read); members: O(first). One script
//! and one way there and back each. The server is busy with one script at a time.
mod address;
mod answer;
mod backoff;
mod dial;
mod durability;
mod failure;
mod hint;
mod keys;
mod link;
mod logs;
mod options;
mod redis_store;
mod registry;
mod replicas;
mod script;
mod server;
mod sets;
mod subscriber;
mod tls;
mod watchers;

pub use self::{
    durability::RedisDurability, options::RedisOptions, redis_store::RedisStore, tls::RedisTls,
};

#[cfg(test)]
#[cfg(not(loom))]
mod tests;
