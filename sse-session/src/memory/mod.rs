//! The store in memory.
//!
//! A [`MemoryStore`] is the default: nothing to install, and nothing is left when the process ends. A
//! client that comes back after a restart gets a gap, because each log has a new epoch. It is not
//! shared: with several processes, take a store that is.
//!
//! ```
//! use bytes::Bytes;
//! use sse_session::{
//!     Channel,
//!     memory::MemoryStore,
//!     store::{Append, GapReason, LogName, ReadFrom, ReadLimit, Retention, SessionStore, Verdict},
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = MemoryStore::new();
//! let log = LogName::of_channel(&Channel::try_from("prices")?);
//!
//! let mut append = Append::new(Bytes::from_static(b"1.23"), 0xfeed);
//! append.retention = Retention::records(2);
//! let first = store.append(&log, append.clone()).await?.position;
//! store.append(&log, append.clone()).await?;
//!
//! let after = ReadFrom::After(first);
//! let page = store.read(&log, after, ReadLimit::default()).await?;
//! assert_eq!((page.verdict, page.records.len()), (Verdict::Contiguous, 1));
//!
//! // Two are kept: behind the fourth the first one's successor is gone.
//! store.append(&log, append.clone()).await?;
//! store.append(&log, append).await?;
//! let page = store.read(&log, after, ReadLimit::default()).await?;
//! assert_eq!(page.verdict, Verdict::Gap(GapReason::Trimmed));
//! # Ok(())
//! # }
//! ```
//!
//! # What it holds, and how much
//!
//! It counts the bytes of payloads, keys, values and members, and for each a bit more than its
//! bookkeeping takes: 64 for a record, 192 for an idempotency key, 512 for a log or a set, 256 for a
//! value, 320 for a member. A payload is shared, not copied: a slice of something larger keeps all of
//! that.
//!
//! [`MemoryLimits`] bound the sum. Where something new would be more, what has expired is removed; if
//! it still would be, it is refused as [`Unavailable`](crate::store::StoreError::Unavailable) with
//! [`MemoryFull`] as the source. Nothing that is promised is thrown away.
//!
//! A log whose records are all trimmed or too old stays: its epoch, the position of its newest record,
//! its name. That is so that who has seen all of it comes back without a gap. When there are as many
//! logs as there may be, one such log that nobody watches is forgotten for a new one, the one that has
//! been empty for the longest time among those behind the same lock. A client that comes back to it
//! gets the gap `unknown`, or, when it has been made anew, `epoch`. Logs of ended sessions are to be
//! trimmed and then need nothing more.
//!
//! # Time
//!
//! Times to live, ages and windows are those of tokio's clock, which tests can pause. There is no task and no
//! timer: what has expired is never shown, and is removed by whoever comes by next: each append, put
//! and join looks at up to two that are due, so a store that is used does not fall behind. One that is
//! not used keeps its memory.
//!
//! # Locks
//!
//! Logs, values and sets are in 16 parts each, with a lock each; an operation holds one for as long as
//! it takes to copy some references, and that of its fence. All run at their first poll, in one step,
//! and wait for nothing but these locks and their turn to tell hints.
//!
//! Hints are put into a queue while the log is locked, so they are in its order, and told when nothing
//! is locked any more, by one thread at a time for each part, from inside `append`, `announce` or
//! [`Watch::add`](crate::store::Watch::add), before that is over. A sink may call the store and the
//! watch: what that gives rise to is told when the sink has returned. Who holds a lock that the sink
//! takes must not append meanwhile. A watch that is dropped is told nothing more; dropping it costs a
//! look at all watched logs.
//!
//! # Complexity
//!
//! Heads and get: O(1). Append: O(1), with a key or a maximum age O(log n). Put, extend, remove, join and
//! leave: O(log n). Read: O(records read), wherever it begins. Members: O(first). Trim: O(records
//! trimmed). Each also removes what it finds expired, once.

pub(crate) mod budget;
mod expiring_map;
mod limits;
mod log;
mod log_shard;
mod logs;
mod memory_store;
mod memory_watch;
mod outbox;
mod refused;
mod registry;
mod schedule;
mod set;
pub(crate) mod sets;
mod shards;

pub use self::{
    limits::{MemoryFull, MemoryLimits},
    memory_store::MemoryStore,
};

#[cfg(test)]
mod tests;
