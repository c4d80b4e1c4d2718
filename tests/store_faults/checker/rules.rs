//! What a fault may do.

use sse_session::store::GapReason;

/// What may happen in a run, by its fault and its store.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub(crate) struct Rules {
    /// Each offset is the one before and one.
    pub(super) contiguous: bool,
    /// What was acknowledged, or shown, may be gone.
    pub(super) may_lose: bool,
    pub(super) gaps: &'static [GapReason],
}

impl Rules {
    /// Nothing is lost, and so there are no gaps.
    pub(crate) const NO_LOSS: Self = Self {
        contiguous: true,
        may_lose: false,
        gaps: &[],
    };

    /// The store may lose what it had, and then there are gaps for these reasons.
    pub(crate) const fn losing(gaps: &'static [GapReason]) -> Self {
        Self {
            may_lose: true,
            gaps,
            ..Self::NO_LOSS
        }
    }

    /// Offsets of a store that has them for several logs together.
    pub(crate) const fn with_holes(self) -> Self {
        Self {
            contiguous: false,
            ..self
        }
    }
}
