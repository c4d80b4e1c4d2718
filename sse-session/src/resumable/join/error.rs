//! Why a joined stream ended early.

use core::{error::Error, fmt};

/// Why a joined stream ended early. What was delivered before stays right: the client comes back with
/// the id of the last of it and goes on there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinError<E> {
    /// What was missed could not be read.
    Missed {
        /// Why.
        source: E,
    },
    /// A page of what was missed is not in ascending order of its keys: the query has no order, or
    /// another one. Nothing of it was skipped silently.
    OutOfOrder,
}

impl<E> fmt::Display for JoinError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missed { .. } => "could not read what was missed",
            Self::OutOfOrder => "what was missed is not in the order of its keys",
        })
    }
}

impl<E: Error + 'static> Error for JoinError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Missed { source } => Some(source),
            Self::OutOfOrder => None,
        }
    }
}
