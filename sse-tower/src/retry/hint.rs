//! How long a client is told to wait.

use core::time::Duration;

use bytes::{Bytes, BytesMut};
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

    /// The time for one connection.
    pub(crate) fn draw(&self) -> Duration {
        self.jitter.lengthen(self.time)
    }

    /// The field for one connection, and something behind it.
    pub(crate) fn draw_before(retry: Option<Self>, rest: Bytes) -> Bytes {
        let Some(retry) = retry else { return rest };
        let field = ItemRef::Retry(retry.draw());
        if rest.is_empty() {
            return field.to_frame().into_bytes();
        }
        let mut both = BytesMut::with_capacity(field.encoded_len() + rest.len());
        field.encode(&mut both);
        both.extend_from_slice(&rest);
        both.freeze()
    }
}

impl Default for Retry {
    /// From 2 to 3 seconds.
    fn default() -> Self {
        Self::new(Duration::from_secs(2))
    }
}
