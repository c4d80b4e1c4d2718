//! Where a stream goes on.

/// Where a stream goes on behind a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ResumeFrom {
    /// With the oldest record that is kept and was not seen: for channels in which each event
    /// counts.
    #[default]
    Earliest,
    /// With what is new: for channels whose events are a state that the next one replaces.
    Head,
}

/// What becomes of a subscriber that is too slow: records have gone from the node's memory that it
/// has not taken yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnLag {
    /// It reads them from the store's log, page by page.
    #[default]
    CatchUp,
    /// It gets a gap with the reason `lagged`, and goes on with the oldest one in memory.
    Skip,
    /// Its stream ends. The client comes back with its last event ID.
    Disconnect,
}
