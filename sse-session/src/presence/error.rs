//! Why nobody is shown as present.

use core::{error::Error, fmt};

use crate::store::StoreError;

/// Why somebody is not shown as present, or nobody can be.
#[derive(Debug)]
#[non_exhaustive]
pub enum PresenceError {
    /// The name of the user is too long to be listed.
    UserTooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        max_bytes: usize,
    },
    /// The store cannot tell now.
    Store {
        /// Why.
        source: StoreError,
    },
}

impl From<StoreError> for PresenceError {
    fn from(source: StoreError) -> Self {
        Self::Store { source }
    }
}

impl fmt::Display for PresenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserTooLong { bytes, max_bytes } => {
                write!(
                    f,
                    "the name of a user has {bytes} bytes, more than {max_bytes}"
                )
            }
            Self::Store { .. } => f.write_str("the store does not tell who is present"),
        }
    }
}

impl Error for PresenceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store { source } => Some(source),
            Self::UserTooLong { .. } => None,
        }
    }
}
