//! The trait.

use core::{fmt, pin::Pin, time::Duration};
use std::sync::Arc;

use bytes::Bytes;

use super::{
    Append, Appended, Capabilities, Entry, Expect, Join, Joined, Key, LogName, Member, Members,
    Page, Position, Put, ReadFrom, ReadLimit, SetName, StoreError, Watch, WatchSink,
};

/// What a store's operation gives.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Logs, a registry and sets. See the [module](crate::store).
///
/// `Display` names the store, without a secret. The sentences of the contract are numbered; S1 to S6
/// are of all methods:
///
/// - **S1** An operation whose future is dropped was done or was not, never half.
/// - **S2** Names of logs, keys and sets do not meet, whatever their text; nor do those of different
///   kinds.
/// - **S3** Operations may run at the same time from any number of tasks and, if the store is shared,
///   processes; each is atomic.
/// - **S4** If the store is durable, what was acknowledged is there after it is opened again, and
///   nothing that was shown is gone; but for members of sets, who may be: they join again when they are renewed.
/// - **S5** It takes names of 250 bytes, payloads as long as it declares, 64 KiB at least, idempotency keys of 1 to
///   64 bytes, values of 64 KiB, members with an id of 128 bytes and a note of 256. What is larger is refused as
///   [`StoreError::TooLarge`] before anything is done.
/// - **S6** A time to live, an age or a window of zero is over as soon as time goes on; one that is too long to count
///   lasts a century.
pub trait SessionStore: fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// Appends a record to a log, which is made if it is not there.
    ///
    /// - **A1** Offsets strictly grow from 1; where declared, by one.
    /// - **A2** The record's `previous` is the position of the record before it, or nothing for the
    ///   first of an epoch.
    /// - **A3** It is acknowledged when it is as durable as the acknowledgement says.
    /// - **A4** A second append with the same key within the window changes nothing and gives the first
    ///   one's position as a duplicate.
    /// - **A5** With a fence whose revision is not the current one of its key, nothing is appended:
    ///   [`StoreError::Fenced`].
    /// - **A6** The log keeps what [`Retention`](super::Retention) says, and never less; a count of 0 is one of 1.
    /// - **A7** A payload is given back as it was.
    /// - **A8** The fence is looked at before the key: from behind an old one, a second append with the same key
    ///   is `Fenced` too, whatever became of the first.
    /// - **A9** The window is that of the first append, from then on: a duplicate does not prolong it.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`]; after [`StoreError::OutcomeUnknown`] repeat it with the same key.
    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended>;

    /// Reads records.
    ///
    /// - **R1** They come in order, each exactly as it was appended, with no hole between them.
    /// - **R2** Behind a position, the verdict is [`Contiguous`](super::Verdict) only if the first one
    ///   is the successor of that very record, by its tag; if there is none, the position is the head.
    /// - **R3** Else the verdict says why: the log is not there (`Unknown`), is of another epoch
    ///   (`Epoch`), ends before the position (`Rewound`), has another record there (`Forked`), or does
    ///   not reach back so far (`Trimmed`).
    /// - **R4** The whole is bounded by the limit, but for one record; `more` tells whether there are
    ///   others.
    /// - **R5** The cost does not grow with what is retained before the position.
    /// - **R6** What was acknowledged before the call is seen.
    /// - **R7** From the earliest: all that is kept, contiguous; of no log, nothing.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`] but `OutcomeUnknown`.
    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page>;

    /// The newest positions of some logs, in their order; `None` for one that is not there.
    ///
    /// - **H1** The head is the position of the last acknowledged record, trimmed or not.
    /// - **H2** Each one was the head of its log at some moment of the call; for several, that may be several moments.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`] but `OutcomeUnknown`.
    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>>;

    /// Removes a log's records up to an offset: they were handled.
    ///
    /// - **T1** Offsets, epoch and chain go on as before.
    /// - **T2** With a fence as for an append, nothing is removed if it does not hold.
    /// - **T3** Past the head it is as up to the head: what is appended later stays.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<super::Fence>,
    ) -> StoreFuture<'a, ()>;

    /// Tells those who watch the log now, and keeps nothing: no position, no replay.
    ///
    /// - **N1** It changes nothing that can be read.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()>;

    /// Hints on the logs that are added to the watch.
    ///
    /// - **W1** A hint never comes before what it tells of can be read.
    /// - **W2** Once [`Watching`](super::WatchEvent::Watching) was told, each append is told, or
    ///   [`Lost`](super::WatchEvent::Lost) is; `Restored` comes when hints do again.
    /// - **W3** Of a log that was not added, or was removed and is not under way, nothing is told.
    /// - **W4** Appends by others are told too, if the store is shared.
    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch>;

    /// The value of a key.
    ///
    /// - **K1** It is the last one put, unless it was removed or has expired.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`] but `OutcomeUnknown`.
    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>>;

    /// Puts a value if what is there is what is expected.
    ///
    /// - **K2** Of several that expect the same, one succeeds.
    /// - **K3** The revision of a key strictly grows, over removal and expiry too, and over a restart of
    ///   a durable store.
    /// - **K4** With a time to live it is gone after that time, and not before; without, it stays.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put>;

    /// Gives the value of this revision another time to live; `false` if it is not the current one.
    ///
    /// - **K5** Value and revision stay; one that has expired is not brought back.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool>;

    /// Removes the value if it is what is expected; `false` if not, or if there is none.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool>;

    /// Makes a member of a set, or goes on with one.
    ///
    /// - **M1** A member is one until its time to live is over since it joined last, or it leaves.
    /// - **M2** With a limit there are never more members than that, where declared exact; one that is a
    ///   member already is never refused.
    /// - **M3** The oldest is the one that became a member first, not the one that joined again first.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined>;

    /// Ends a membership; `false` if it is not there, or is another one's by now.
    ///
    /// - **M4** It ends only if a member of that id is there and its note is the one given. So who has
    ///   moved is not taken out by whom it has left.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`].
    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool>;

    /// Who is in a set: how many, and so many of the first.
    ///
    /// # Errors
    ///
    /// Any [`StoreError`] but `OutcomeUnknown`.
    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members>;
}
