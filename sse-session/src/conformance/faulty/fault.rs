//! What can be made to go wrong.

use core::time::Duration;

/// An operation of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "named as the methods of `SessionStore`, where they are told"
)]
pub enum Operation {
    Append,
    Read,
    Heads,
    Trim,
    Announce,
    Get,
    Put,
    Extend,
    Remove,
    Join,
    Leave,
    Members,
}

impl Operation {
    /// Whether it changes nothing, so that its outcome is never unknown.
    pub(super) const fn only_asks(self) -> bool {
        matches!(self, Self::Read | Self::Heads | Self::Get | Self::Members)
    }
}

/// What goes wrong with an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// [`StoreError::Unavailable`](crate::store::StoreError::Unavailable): nothing is done.
    Unavailable,
    /// [`StoreError::OutcomeUnknown`](crate::store::StoreError::OutcomeUnknown). For an operation that
    /// only asks, the same as `Unavailable`.
    OutcomeUnknown {
        /// Whether it was done all the same.
        done: bool,
    },
    /// It takes so long before it begins.
    Delay(Duration),
    /// It takes so long after it was done.
    Late(Duration),
}

/// What goes wrong with one hint that tells of an append or an announcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HintFault {
    /// It never comes, and nobody says so: as no store may behave, but as networks do.
    Drop,
    /// It comes twice.
    Double,
    /// It comes after the next one of the same watch.
    Reorder,
}

/// How often something goes wrong by itself, each in thousandths of the operations or of the hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FaultRates {
    /// [`Fault::Unavailable`].
    pub unavailable: u16,
    /// [`Fault::OutcomeUnknown`], done or not in turn of chance.
    pub outcome_unknown: u16,
    /// [`Fault::Delay`] of up to this long, for each operation.
    pub delay: Option<Duration>,
    /// [`HintFault::Double`].
    pub double: u16,
    /// [`HintFault::Reorder`].
    pub reorder: u16,
}

impl FaultRates {
    /// So many thousandths of the operations are not done.
    #[must_use]
    pub const fn with_unavailable(mut self, thousandths: u16) -> Self {
        self.unavailable = thousandths;
        self
    }

    /// Of so many thousandths of the operations it is not known whether they were done.
    #[must_use]
    pub const fn with_outcome_unknown(mut self, thousandths: u16) -> Self {
        self.outcome_unknown = thousandths;
        self
    }

    /// Each operation takes up to so long.
    #[must_use]
    pub const fn with_delay(mut self, most: Duration) -> Self {
        self.delay = Some(most);
        self
    }

    /// So many thousandths of the hints come twice.
    #[must_use]
    pub const fn with_double(mut self, thousandths: u16) -> Self {
        self.double = thousandths;
        self
    }

    /// So many thousandths of the hints come after the next one.
    #[must_use]
    pub const fn with_reorder(mut self, thousandths: u16) -> Self {
        self.reorder = thousandths;
        self
    }
}
