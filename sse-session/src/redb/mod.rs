//! The store in one file.
//!
//! A [`RedbStore`] keeps all in one file of an embedded database, [redb](https://www.redb.org): nothing to install, and a client that comes
//! back after a restart, a deploy or a power cut goes on where it was. One process has the file at a time. With several,
//! take a store that is shared.
//!
//! ```
//! use bytes::Bytes;
//! use sse_session::{
//!     Channel,
//!     redb::RedbStore,
//!     store::{Append, Durability, LogName, ReadFrom, ReadLimit, SessionStore, StoreError, Verdict},
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::TempDir::new()?;
//! let file = folder.path().join("sessions.redb");
//! let store = RedbStore::open(&file)?;
//! assert!(matches!(RedbStore::open(&file), Err(StoreError::InUse)));
//!
//! let log = LogName::of_channel(&Channel::try_from("prices")?);
//! let append = Append::new(Bytes::from_static(b"1.23"), 0xfeed);
//! let first = store.append(&log, append.clone()).await?;
//! assert_eq!(first.durability, Durability::Synced);
//! store.append(&log, append).await?;
//! store.close().await;
//!
//! let store = RedbStore::open(&file)?;
//! let after = ReadFrom::After(first.position);
//! let page = store.read(&log, after, ReadLimit::default()).await?;
//! assert_eq!((page.verdict, page.records.len()), (Verdict::Contiguous, 1));
//! # Ok(())
//! # }
//! ```
//!
//! # What is acknowledged
//!
//! A thread of the store's own writes. It takes what has come while it wrote last, up to 512 operations or 8 MiB,
//! writes them in one transaction, synchronises it to disk, tells those who watch, and only then acknowledges. What anybody
//! has seen, by an acknowledgement, a hint or a read, is there after the process was killed or the power was cut.
//! That holds for logs and the registry.
//!
//! Sets are in memory: who is in one, present or with a slot, has a stream of this very process, and joins again all the
//! time. When the store is opened again, nobody is in any, and who comes back is. They are
//! [bounded](RedbOptions::with_max_member_bytes).
//!
//! [`RedbMode::Relaxed`] is for those who would rather lose the last moments than wait for the disk. It declares itself as
//! [not durable](crate::store::Capabilities::durable). After a crash, what came since the last synchronisation is gone as if it
//! had never been, and whoever saw it gets the gap `rewound` or `forked`. Revisions that may have been lost are not given
//! again, so fences hold.
//!
//! What waits is bounded by [`queue_bytes`](RedbOptions::with_queue_bytes); when that is full, callers wait for room.
//!
//! # Cancellation
//!
//! A future that is dropped before the thread has come to its operation has done nothing. Later, the operation is done as
//! a whole, and nobody is told.
//!
//! # When something goes wrong
//!
//! - **The disk is full**: [`Unavailable`](crate::store::StoreError::Unavailable). The operation was not done and never will be. What was
//!   acknowledged can be read all the time; ten times a second at most it is tried again, so it works as soon as there is room.
//! - **Writing fails and the file cannot be opened again**: [`OutcomeUnknown`](crate::store::StoreError::OutcomeUnknown) for what was being
//!   written, and `Unavailable` until it can. Those who watch are told [`Lost`](crate::store::WatchEvent::Lost) and
//!   `Restored` then.
//! - **Synchronising fails**: `OutcomeUnknown`, then `Unavailable` for good, because an operating system may show what it could not
//!   write. Replace the disk and open the store anew.
//! - **The file is damaged**: [`Corrupt`](crate::store::StoreError::Corrupt), when it is opened. Each page has a checksum; all are verified,
//!   unless told [otherwise](RedbOptions::with_check). An empty file is a damaged one too. Nothing is repaired, made anew or
//!   left out: keep the file, and move it away to begin with an empty one. One thing cannot be told from a crash: the
//!   single bit that says which of the two last states is current, turned over in a file that was not closed.
//! - **Another process has it**: [`InUse`](crate::store::StoreError::InUse). The lock is the operating system's, and gone with the process. On
//!   network file systems it may not hold.
//! - **A newer version of this crate made it**: [`NewerFormat`](crate::store::StoreError::NewerFormat).
//!
//! # Time
//!
//! Times to live of values, ages and windows hold over a restart. While the store is open they go with tokio's clock, which does not
//! jump when the machine's is set. When it is opened, time goes on from what the machine's clock says, but never
//! from before it was closed: if the clock was set back, the time in between counts as none. If it was set forward
//! meanwhile, what would have expired by then has. While a machine is suspended, time stands still where its
//! monotonic clock does.
//!
//! Paused time in tests does not know of the store's thread: it may jump while an operation is under way.
//!
//! # What goes by itself
//!
//! Each append removes what its retention does not keep, in the same transaction, up to 1,024 records; the rest, and what has
//! become too old or has expired, goes with later batches, or when there is nothing else to do. It is never shown meanwhile. A
//! log in which nothing is kept and that nobody watches is forgotten after
//! [some days](RedbOptions::with_forget_after). The file does not get smaller: its free pages are used again.
//!
//! # Closing
//!
//! [`RedbStore::close`] writes what waits and closes the file. Dropping the last clone does the same and blocks for as long as
//! that takes: mostly one synchronisation. A process that just ends has lost nothing that was acknowledged, and the next one
//! opens the file without delay but for the check.
//!
//! The file is made for its user alone, in a folder that has to be there.
//!
//! # Complexity
//!
//! Every operation: O(log n) in what is kept. Each change costs its part of a commit with two synchronisations. Heads and values
//! are asked in place, a few microseconds where they are in the
//! [cache](RedbOptions::with_cache_bytes); pages of logs are read in the runtime's blocking pool, a few at a time.
//!
//! Measured once on a shared machine of two cores whose disk takes 2 ms to synchronise, records of 200 bytes: 1 writer 200 appends per
//! second, 64 writers 7,000, 512 writers 37,000; relaxed 25,000, 87,000 and 82,000. A read of 10 records takes 10 to 50 µs, heads
//! 2 to 5 µs. A record takes 450 to 700 bytes of file, free pages included. The check at opening takes 4 to 6 s per
//! GiB, opening without it 20 ms.

mod batch;
mod clock;
mod database;
mod expiry;
mod failure;
mod file;
mod log;
mod options;
mod queue;
mod reads;
mod redb_store;
mod registry;
mod schema;
mod sets;
mod storage;
mod watchers;
mod writer;

pub use self::{
    options::{RedbMode, RedbOptions},
    redb_store::RedbStore,
};

#[cfg(test)]
mod tests;
