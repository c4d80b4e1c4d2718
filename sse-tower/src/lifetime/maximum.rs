//! How long a stream lasts.

use core::time::Duration;

use tokio::time::Instant;

use crate::{
    Jitter,
    stream::{CloseReason, Farewell, StreamEnd, StreamHandle},
};

/// How long a stream lasts at most, and how it ends.
#[derive(Debug, Clone)]
#[must_use]
pub struct Lifetime {
    maximum: Duration,
    jitter: Jitter,
    end: StreamEnd,
}

impl Lifetime {
    /// So long, less up to 20 % of it.
    pub const fn new(maximum: Duration) -> Self {
        Self {
            maximum,
            jitter: Jitter::percent(20),
            end: StreamEnd::new(CloseReason::Lifetime),
        }
    }

    /// Sets by how much a stream's time may be shorter.
    pub const fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// Says this last.
    pub fn with_farewell(mut self, farewell: Farewell) -> Self {
        self.end = self.end.with_farewell(farewell);
        self
    }

    /// Sets how long an event that has begun may take to be completed, beyond the maximum.
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.end = self.end.with_grace(grace);
        self
    }

    /// Ends this stream in time; one without end is not touched.
    pub(crate) fn limit(&self, stream: &StreamHandle, opened: Instant) {
        if let Some(at) = opened.checked_add(self.jitter.shorten(self.maximum)) {
            stream.end_at(at, self.end.clone());
        }
    }
}
