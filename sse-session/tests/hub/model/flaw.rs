//! What is wrong on purpose.

/// What is wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    None,
    /// Gap events are taken out of what is sent.
    NoGaps,
    /// Some event is taken out of what is sent.
    LosesEvents,
    /// Some event is sent twice.
    DoublesEvents,
    /// Who was too slow once is never woken again.
    DeafAfterLag,
    /// Nobody looks whether hints were lost.
    HintsOnly,
    /// The store says of every position that what follows is contiguous, by its offset.
    EverythingContiguous,
    /// The store says now and then that something was trimmed.
    FalseGaps,
}
