//! How a store keeps what it is told.

use core::time::Duration;

/// How a [`RedbStore`](super::RedbStore) keeps what it is told.
///
/// ```
/// use core::time::Duration;
/// use sse_session::redb::{RedbMode, RedbOptions};
///
/// // At most one second of what was acknowledged is lost when the process is killed.
/// let interval = Duration::from_secs(1);
/// let options = RedbOptions::default().with_mode(RedbMode::Relaxed { interval });
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct RedbOptions {
    pub(super) mode: RedbMode,
    pub(super) check: bool,
    pub(super) cache_bytes: usize,
    pub(super) queue_bytes: usize,
    pub(super) max_payload_bytes: usize,
    pub(super) max_member_bytes: u64,
    pub(super) concurrent_reads: usize,
    pub(super) forget_after: Duration,
}

impl RedbOptions {
    /// When something is acknowledged: [`RedbMode::Synced`] unless told otherwise.
    pub const fn with_mode(mut self, mode: RedbMode) -> Self {
        self.mode = mode;
        self
    }

    /// Whether each page of the file is verified when it is opened: yes, unless told otherwise. It takes as long as
    /// reading the whole file. Without it a damaged page is found, with luck, when it is read.
    pub const fn with_check(mut self, check: bool) -> Self {
        self.check = check;
        self
    }

    /// The memory for pages of the file: 64 MiB unless told otherwise.
    pub const fn with_cache_bytes(mut self, cache_bytes: usize) -> Self {
        self.cache_bytes = cache_bytes;
        self
    }

    /// The memory for what waits to be written: 16 MiB unless told otherwise, at most 1 GiB. Who comes when it is full
    /// waits for room.
    pub const fn with_queue_bytes(mut self, queue_bytes: usize) -> Self {
        self.queue_bytes = queue_bytes;
        self
    }

    /// The longest payload of a record: 1 MiB unless told otherwise.
    pub const fn with_max_payload_bytes(mut self, max_payload_bytes: usize) -> Self {
        self.max_payload_bytes = max_payload_bytes;
        self
    }

    /// The memory for members of sets, as that of a [`MemoryStore`](crate::memory) is counted: 256 MiB unless told
    /// otherwise, about 600,000 members. Who would be more is refused.
    pub const fn with_max_member_bytes(mut self, max_member_bytes: u64) -> Self {
        self.max_member_bytes = max_member_bytes;
        self
    }

    /// How many pages of logs are read at the same time, each in a thread of the runtime's blocking pool: 4
    /// unless told otherwise, at least 1.
    pub const fn with_concurrent_reads(mut self, concurrent_reads: usize) -> Self {
        self.concurrent_reads = concurrent_reads;
        self
    }

    /// How long a log is remembered in which nothing is kept and that nobody watches: 7 days unless told otherwise.
    /// Who comes back to it later gets a gap.
    pub const fn with_forget_after(mut self, forget_after: Duration) -> Self {
        self.forget_after = forget_after;
        self
    }
}

impl Default for RedbOptions {
    fn default() -> Self {
        Self {
            mode: RedbMode::Synced,
            check: true,
            cache_bytes: 64 << 20,
            queue_bytes: 16 << 20,
            max_payload_bytes: 1 << 20,
            max_member_bytes: 256 << 20,
            concurrent_reads: 4,
            forget_after: Duration::from_secs(7 * 24 * 60 * 60),
        }
    }
}

/// When a store acknowledges, and tells those who watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedbMode {
    /// When it is synchronised to disk: [`Synced`](crate::store::Durability::Synced).
    Synced,
    /// When it is in the memory of the process: [`Memory`](crate::store::Durability::Memory). All of it is synchronised to
    /// disk after each interval, and when the store is closed. If the process is killed, what came since
    /// then is lost as if it had never been: clients who saw it get a gap.
    Relaxed {
        /// From 1 ms on.
        interval: Duration,
    },
}
