//! Why an event is not published.

use core::{error::Error, fmt};

use crate::store::StoreError;

/// Why an event is not published.
#[derive(Debug)]
#[non_exhaustive]
pub enum PublishError {
    /// It has an id of its own: those of a channel are the hub's, or clients could not resume.
    HasId,
    /// It is not one whole event: several of them, or none with data.
    NotOneEvent,
    /// It is too large for the hub or its store.
    TooLarge {
        /// How long it is, encoded.
        bytes: usize,
        /// How long it may be.
        max_bytes: usize,
    },
    /// The idempotency key has not 1 to 64 bytes.
    InvalidKey {
        /// How many it has.
        bytes: usize,
    },
    /// The store has not taken it; with [`StoreError::OutcomeUnknown`], or it has.
    Store {
        /// Why.
        source: StoreError,
    },
}

impl PublishError {
    /// Whether it may be published nevertheless: it may come up in the channel, once.
    #[must_use]
    pub const fn is_outcome_unknown(&self) -> bool {
        let Self::Store { source } = self else {
            return false;
        };
        matches!(source, StoreError::OutcomeUnknown { .. })
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HasId => f.write_str("an event with an id of its own cannot be published"),
            Self::NotOneEvent => f.write_str("not one whole event"),
            Self::TooLarge { bytes, max_bytes } => {
                write!(f, "an event of {bytes} bytes, more than {max_bytes}")
            }
            Self::InvalidKey { bytes } => {
                write!(f, "an idempotency key of {bytes} bytes, not 1 to 64")
            }
            Self::Store { .. } => f.write_str("the store has not taken the event"),
        }
    }
}

impl Error for PublishError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store { source } => Some(source),
            Self::HasId | Self::NotOneEvent | Self::TooLarge { .. } | Self::InvalidKey { .. } => {
                None
            }
        }
    }
}
