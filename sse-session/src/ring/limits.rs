//! How much a ring keeps.

/// How much a ring keeps: the newest entry in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RingLimits {
    pub(crate) max_entries: usize,
    pub(crate) max_bytes: usize,
}

impl Default for RingLimits {
    fn default() -> Self {
        Self {
            max_entries: 256,
            max_bytes: 1 << 20,
        }
    }
}
