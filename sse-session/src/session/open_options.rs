//! How a session is opened.

use super::{ActiveDevice, SessionId};

/// How a session is opened.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct OpenOptions {
    pub(super) id: Option<SessionId>,
    pub(super) active_device: Option<ActiveDevice>,
}

impl OpenOptions {
    /// With an id from the operating system; any number of them per user.
    pub const fn new() -> Self {
        Self {
            id: None,
            active_device: None,
        }
    }

    /// With an id that the client has made, a UUID for instance. It needs an identity to be bound to, whose
    /// session it is if it is open already.
    pub const fn with_client_id(mut self, id: SessionId) -> Self {
        self.id = Some(id);
        self
    }

    /// On the one active device of a user: whoever was on another one is superseded.
    pub fn with_active_device(mut self, device: ActiveDevice) -> Self {
        self.active_device = Some(device);
        self
    }
}
