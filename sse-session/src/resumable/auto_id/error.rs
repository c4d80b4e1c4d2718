//! Why there is no stream.

use core::{error::Error, fmt};

/// As many streams as there may be are kept: 503, with `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct TooManyStreams {
    /// How many there may be.
    pub max_streams: usize,
}

impl fmt::Display for TooManyStreams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} streams are kept, as many as there may be",
            self.max_streams
        )
    }
}

impl Error for TooManyStreams {}
