//! How long a client is told to wait.

use core::time::Duration;

use bytes::Bytes;
use sse_codec::{Encode, ItemRef};

use crate::Jitter;

/// How long a client is told to wait before it comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Retry {
    time: Duration,
    jitter: Jitter,
}

impl Retry {
    /// So long, and up to 50 % more, in whole milliseconds.
    pub const fn new(time: Duration) -> Self {
        Self {
            time,
            jitter: Jitter::percent(50),
        }
    }

    /// Sets by how much a connection's time may be longer.
    pub const fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// The field, for one connection.
    pub(crate) fn draw(&self) -> Bytes {
        ItemRef::Retry(self.jitter.lengthen(self.time))
            .to_frame()
            .into_bytes()
    }
}

impl Default for Retry {
    /// From 2 to 3 seconds.
    fn default() -> Self {
        Self::new(Duration::from_secs(2))
    }
}
