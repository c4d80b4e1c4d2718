//! How many bytes a store holds.

use core::sync::atomic::{AtomicU64, Ordering};

use super::MemoryFull;

/// Counts bytes, up to a limit.
#[derive(Debug)]
pub(crate) struct Budget {
    used: AtomicU64,
    max_bytes: u64,
}

impl Budget {
    pub(crate) const fn new(max_bytes: u64) -> Self {
        Self {
            used: AtomicU64::new(0),
            max_bytes,
        }
    }

    pub(crate) fn used_bytes(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Takes some.
    pub(crate) fn take(&self, bytes: u64) -> Result<(), MemoryFull> {
        self.exchange(bytes, 0)
    }

    /// Takes some and gives some back at once. What makes less of it is never refused.
    pub(crate) fn exchange(&self, take: u64, give: u64) -> Result<(), MemoryFull> {
        let Some(more) = take.checked_sub(give) else {
            self.give(give - take);
            return Ok(());
        };
        let add = |used: u64| {
            used.checked_add(more)
                .filter(|used| more == 0 || *used <= self.max_bytes)
        };
        let added = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        let max_bytes = self.max_bytes;
        added
            .map(|_| ())
            .map_err(|_| MemoryFull::Bytes { max_bytes })
    }

    /// Gives some back that was taken.
    pub(crate) fn give(&self, bytes: u64) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}
