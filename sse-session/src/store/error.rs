//! What can go wrong in a store.

use core::{error::Error, fmt};

/// What can go wrong in a store, by what the caller can do.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The store cannot be reached, or cannot write, now. Nothing was done; try again later.
    Unavailable {
        /// Why.
        source: Option<BoxError>,
    },
    /// It may or may not have been done. Repeat it only with the same idempotency key and tag.
    OutcomeUnknown {
        /// Why.
        source: Option<BoxError>,
    },
    /// A newer owner was there: nothing was done, and never will be for this one. An earlier attempt of the same,
    /// whose outcome was unknown, may have been.
    Fenced,
    /// Nothing was done because it has too many bytes.
    TooLarge {
        /// The most that the store takes.
        max_bytes: usize,
    },
    /// What is stored is damaged. Nothing is repaired silently.
    Corrupt {
        /// What was found.
        source: Option<BoxError>,
    },
    /// What is stored was written by a newer version of this crate.
    NewerFormat {
        /// Its format.
        found: u64,
        /// The newest one that this version knows.
        known: u64,
    },
    /// Another process uses it.
    InUse,
    /// It was closed.
    Closed,
    /// It cannot be used as it is set up.
    Configuration {
        /// What is wrong.
        problem: String,
    },
}

/// A cause of any kind.
pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

impl StoreError {
    /// Whether the same may be tried again without harm.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { .. } => f.write_str("the store is unavailable"),
            Self::OutcomeUnknown { .. } => f.write_str("the store may or may not have done it"),
            Self::Fenced => f.write_str("a newer owner has fenced this one off"),
            Self::TooLarge { max_bytes } => write!(f, "more than the store's {max_bytes} bytes"),
            Self::Corrupt { .. } => f.write_str("what is stored is damaged"),
            Self::NewerFormat { found, known } => {
                write!(f, "what is stored has format {found}, newer than {known}")
            }
            Self::InUse => f.write_str("another process uses the store"),
            Self::Closed => f.write_str("the store is closed"),
            Self::Configuration { problem } => write!(f, "the store cannot be used: {problem}"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable { source }
            | Self::OutcomeUnknown { source }
            | Self::Corrupt { source } => source.as_deref().map(|source| source as _),
            Self::Fenced
            | Self::TooLarge { .. }
            | Self::NewerFormat { .. }
            | Self::InUse
            | Self::Closed
            | Self::Configuration { .. } => None,
        }
    }
}
