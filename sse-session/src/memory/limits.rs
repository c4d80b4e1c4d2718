//! How much a store in memory may hold.

use core::{error::Error, fmt};

use crate::store::StoreError;

/// How much a [`MemoryStore`](super::MemoryStore) may hold.
///
/// ```
/// use sse_session::memory::{MemoryLimits, MemoryStore};
///
/// let limits = MemoryLimits::default().with_max_bytes(64 << 20).with_max_logs(10_000);
/// let store = MemoryStore::with_limits(limits);
/// assert_eq!(store.used_bytes(), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct MemoryLimits {
    pub(super) max_payload_bytes: usize,
    pub(super) max_bytes: u64,
    pub(super) max_logs: usize,
}

impl MemoryLimits {
    /// The longest payload of a record: 1 MiB unless told otherwise.
    pub const fn with_max_payload_bytes(mut self, max_payload_bytes: usize) -> Self {
        self.max_payload_bytes = max_payload_bytes;
        self
    }

    /// Everything together, as the [module](crate::memory) counts it: 1 GiB unless told otherwise;
    /// [`u64::MAX`] is no limit. What would be more is refused.
    pub const fn with_max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// So many logs: 100,000 unless told otherwise. For one more an empty one that nobody watches is
    /// forgotten; if there is none, it is refused.
    pub const fn with_max_logs(mut self, max_logs: usize) -> Self {
        self.max_logs = max_logs;
        self
    }
}

impl Default for MemoryLimits {
    fn default() -> Self {
        Self {
            max_payload_bytes: 1 << 20,
            max_bytes: 1 << 30,
            max_logs: 100_000,
        }
    }
}

/// Why a [`MemoryStore`](super::MemoryStore) is [unavailable](StoreError::Unavailable): it is full.
/// Nothing that is promised is thrown away for what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryFull {
    /// It holds as many bytes as it may.
    Bytes {
        /// How many.
        max_bytes: u64,
    },
    /// It holds as many logs as it may, and there is something in each of them.
    Logs {
        /// How many.
        max_logs: usize,
    },
}

impl fmt::Display for MemoryFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes { max_bytes } => write!(f, "the store holds {max_bytes} bytes already"),
            Self::Logs { max_logs } => write!(f, "the store holds {max_logs} logs already"),
        }
    }
}

impl Error for MemoryFull {}

impl From<MemoryFull> for StoreError {
    fn from(full: MemoryFull) -> Self {
        Self::Unavailable {
            source: Some(full.into()),
        }
    }
}
