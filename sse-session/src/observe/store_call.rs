//! A call of a store.

use core::time::Duration;

use crate::store::StoreError;

/// A call of a store that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreCall {
    /// What was asked.
    pub operation: StoreOperation,
    /// What became of it.
    pub outcome: StoreOutcome,
    /// Since its future was made.
    pub took: Duration,
}

impl StoreCall {
    pub(super) const fn new(
        operation: StoreOperation,
        outcome: StoreOutcome,
        took: Duration,
    ) -> Self {
        Self {
            operation,
            outcome,
            took,
        }
    }
}

macro_rules! names {
    ($(#[$doc:meta])* $type:ident: $count:literal { $($variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl $type {
            /// All of them, in the order of their numbers.
            pub const EACH: [Self; $count] = [$(Self::$variant,)*];

            /// A name for metrics.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

names! {
    /// What a store was asked to do, as [`SessionStore`](crate::store::SessionStore) names it.
    StoreOperation: 12 {
        Append = "append",
        Read = "read",
        Heads = "heads",
        Trim = "trim",
        Announce = "announce",
        Get = "get",
        Put = "put",
        Extend = "extend",
        Remove = "remove",
        Join = "join",
        Leave = "leave",
        Members = "members",
    }
}

names! {
    /// What became of it: `done`, `dropped` if its future was before it was done, or the name of the
    /// [`StoreError`].
    StoreOutcome: 11 {
        Done = "done",
        Dropped = "dropped",
        Unavailable = "unavailable",
        OutcomeUnknown = "outcome_unknown",
        Fenced = "fenced",
        TooLarge = "too_large",
        Corrupt = "corrupt",
        NewerFormat = "newer_format",
        InUse = "in_use",
        Closed = "closed",
        Configuration = "configuration",
    }
}

impl From<&StoreError> for StoreOutcome {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::Unavailable,
            StoreError::OutcomeUnknown { .. } => Self::OutcomeUnknown,
            StoreError::Fenced => Self::Fenced,
            StoreError::TooLarge { .. } => Self::TooLarge,
            StoreError::Corrupt { .. } => Self::Corrupt,
            StoreError::NewerFormat { .. } => Self::NewerFormat,
            StoreError::InUse => Self::InUse,
            StoreError::Closed => Self::Closed,
            StoreError::Configuration { .. } => Self::Configuration,
        }
    }
}
