//! What becomes of slots.

/// What becomes of a user's slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SlotOutcome {
    /// A session has got one that it had not.
    Given,
    /// None was free.
    Refused,
    /// One was taken from a session, for another one on this node.
    Evicted,
}

impl SlotOutcome {
    /// All of them, in the order of their numbers.
    pub const EACH: [Self; 3] = [Self::Given, Self::Refused, Self::Evicted];

    /// A name for metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Evicted => "evicted",
        }
    }
}
