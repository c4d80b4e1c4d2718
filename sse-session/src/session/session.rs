//! A session that was opened.

use super::{SessionAddress, SessionId};

/// A session that was opened: its id is for its client alone.
#[derive(Debug, Clone)]
#[must_use]
pub struct Session {
    pub(super) id: SessionId,
    pub(super) address: SessionAddress,
    pub(super) fence: Option<u64>,
    pub(super) superseded: bool,
}

impl Session {
    /// By which its client comes back.
    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// By which the application tells it something.
    #[must_use]
    pub const fn address(&self) -> SessionAddress {
        self.address
    }

    /// Whether another device of the user was the active one, until now or at some time before: whoever is on
    /// it still is told so.
    #[must_use]
    pub const fn has_superseded(&self) -> bool {
        self.superseded
    }

    /// The revision of the user's active device: greater than that of all that this one has superseded. `None` if
    /// the session is on no active device.
    #[must_use]
    pub const fn fence(&self) -> Option<u64> {
        self.fence
    }
}
