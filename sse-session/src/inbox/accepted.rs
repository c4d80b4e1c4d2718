//! The acknowledgement of a message.

use crate::store::Position;

/// The acknowledgement of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    /// Where it stands in the session's inbox; `None` where it was handled without one.
    pub position: Option<Position>,
    /// It had been accepted before, by its key.
    pub duplicate: bool,
}
