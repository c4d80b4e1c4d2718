//! What a drain could not end in time.

use core::{error::Error, fmt};

/// Streams were still open when the deadline of a drain came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftBehind {
    /// How many. 0 if only other responses were not finished.
    pub streams: usize,
}

impl fmt::Display for LeftBehind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} event streams left at the deadline", self.streams)
    }
}

impl Error for LeftBehind {}
