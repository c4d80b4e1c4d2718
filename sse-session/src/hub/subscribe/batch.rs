//! What a subscriber is sent at once.

use bytes::Bytes;

use crate::hub::Gap;

/// What a subscriber is sent at once: whole events, ready to be written.
#[derive(Debug, Clone)]
pub struct Batch {
    bytes: Bytes,
    gaps: Vec<Gap>,
}

impl Batch {
    pub(super) const fn new(bytes: Bytes, gaps: Vec<Gap>) -> Self {
        Self { bytes, gaps }
    }

    /// What is written.
    #[must_use]
    pub const fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// What is written, shared with other streams if it is a single event.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }

    /// The gaps that are told in it.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }
}
