//! A record as it goes over the wire.

use bytes::Bytes;

/// A record as it goes over the wire, in one allocation: the line with its id, then its block.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    bytes: Bytes,
    block_at: usize,
}

impl Frame {
    /// `block_at`: where the block begins, behind the id's line.
    pub(crate) const fn new(bytes: Bytes, block_at: usize) -> Self {
        Self { bytes, block_at }
    }

    pub(crate) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// For a stream of this channel alone.
    pub(crate) const fn with_id(&self) -> &Bytes {
        &self.bytes
    }

    /// For a stream with ids of its own.
    pub(crate) fn block(&self) -> &[u8] {
        self.bytes.get(self.block_at..).unwrap_or_default()
    }

    /// The same, shared.
    pub(crate) fn shared_block(&self) -> Bytes {
        self.bytes.slice(self.block_at.min(self.bytes.len())..)
    }
}
