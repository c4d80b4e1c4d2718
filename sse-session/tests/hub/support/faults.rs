//! What may be wrong with a store.

/// What becomes of the hints of a store: all of it is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HintMode {
    Pass,
    /// Lost, without a word.
    Lose,
    /// Told twice.
    Double,
    /// Kept back until they are released, the newest first.
    Hold,
    /// Only that something has changed is told, not what.
    NameOnly,
}

/// What an append does that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    Unavailable,
    UnknownAndDone,
    UnknownAndNotDone,
}

/// What a store says that is not true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lie {
    None,
    /// That everything behind the offset is contiguous.
    Contiguous,
    /// Now and then, that something was trimmed.
    Gaps,
}
