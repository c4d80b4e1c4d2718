//! Why there is no slot.

use core::{error::Error, fmt};

use crate::store::StoreError;

/// Why there is no slot.
#[derive(Debug)]
#[non_exhaustive]
pub enum SlotError {
    /// The user has all slots there are.
    Full {
        /// How many there are.
        max_streams: u32,
    },
    /// The store cannot tell now.
    Store {
        /// Why.
        source: StoreError,
    },
    /// The operating system gives no random numbers.
    NoRandomness,
}

impl From<StoreError> for SlotError {
    fn from(source: StoreError) -> Self {
        Self::Store { source }
    }
}

impl fmt::Display for SlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { max_streams } => {
                write!(f, "all {max_streams} streams of the user are open")
            }
            Self::Store { .. } => f.write_str("the store has not given a slot"),
            Self::NoRandomness => f.write_str("no random numbers from the operating system"),
        }
    }
}

impl Error for SlotError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store { source } => Some(source),
            Self::Full { .. } | Self::NoRandomness => None,
        }
    }
}
