//! Why nothing was done.

use super::MemoryFull;
use crate::store::StoreError;

/// Why nothing was done: for want of room, which what has expired may make, or for good.
#[derive(Debug)]
pub(super) enum Refused {
    Full(MemoryFull),
    Error(StoreError),
}

impl From<MemoryFull> for Refused {
    fn from(full: MemoryFull) -> Self {
        Self::Full(full)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Error(error)
    }
}

impl From<Refused> for StoreError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Full(full) => full.into(),
            Refused::Error(error) => error,
        }
    }
}
