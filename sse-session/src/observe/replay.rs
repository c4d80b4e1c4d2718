//! What somebody finds who comes back.

/// What somebody finds who comes back to a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Replay {
    /// All that was missed is in the ring: the store is not asked.
    Hit,
    /// It is read from the store.
    Read,
    /// It is not there: a gap.
    Miss,
}

impl Replay {
    /// All of them, in the order of their numbers.
    pub const EACH: [Self; 3] = [Self::Hit, Self::Read, Self::Miss];

    /// A name for metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Read => "read",
            Self::Miss => "miss",
        }
    }
}
