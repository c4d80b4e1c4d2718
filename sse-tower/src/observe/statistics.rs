//! Counters in the process.

use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use parking_lot::Mutex;

use crate::stream::{CloseReason, StreamObserver};

/// Counts streams and what they carry, since it was made.
///
/// A stream takes a lock when it is opened and when it is closed, so that no
/// [snapshot](Self::snapshot) ever shows one in two places or in none. What is counted for each
/// frame takes none.
#[derive(Debug, Default)]
pub struct StreamStatistics {
    streams: Mutex<Streams>,
    events: AtomicU64,
    bytes: AtomicU64,
    keep_alives: AtomicU64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Streams {
    opened: u64,
    closed: [u64; CloseReason::EACH.len()],
}

impl StreamStatistics {
    /// All zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What was counted so far. The numbers of streams are of one moment; events, bytes and
    /// keep-alives are read behind it, each by itself, and may be a frame apart.
    pub fn snapshot(&self) -> StatisticsSnapshot {
        StatisticsSnapshot {
            streams: *self.streams.lock(),
            events: self.events.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            keep_alives: self.keep_alives.load(Ordering::Relaxed),
        }
    }
}

impl StreamObserver for StreamStatistics {
    fn opened(&self) {
        self.streams.lock().opened += 1;
    }

    fn sent(&self, events: usize, bytes: usize) {
        if events > 0 {
            self.events.fetch_add(events as u64, Ordering::Relaxed);
        }
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn kept_alive(&self) {
        self.keep_alives.fetch_add(1, Ordering::Relaxed);
    }

    fn closed(&self, reason: CloseReason, _: Duration) {
        if let Some(closed) = self.streams.lock().closed.get_mut(reason as usize) {
            *closed += 1;
        }
    }
}

/// What [`StreamStatistics`] had counted at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct StatisticsSnapshot {
    streams: Streams,
    events: u64,
    bytes: u64,
    keep_alives: u64,
}

impl StatisticsSnapshot {
    /// Streams that were open: opened minus closed.
    #[must_use]
    pub fn live(&self) -> u64 {
        self.opened().saturating_sub(self.closed_in_total())
    }

    /// Streams that were opened, ever.
    #[must_use]
    pub const fn opened(&self) -> u64 {
        self.streams.opened
    }

    /// Streams that were closed for this reason, ever.
    #[must_use]
    pub fn closed(&self, reason: CloseReason) -> u64 {
        let closed = self.streams.closed.get(reason as usize);
        closed.copied().unwrap_or_default()
    }

    /// Streams that were closed, ever.
    #[must_use]
    pub fn closed_in_total(&self) -> u64 {
        self.streams.closed.iter().sum()
    }

    /// Events of the inner bodies that went out.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Bytes that went out.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Signs of life that went out.
    #[must_use]
    pub const fn keep_alives(&self) -> u64 {
        self.keep_alives
    }
}
