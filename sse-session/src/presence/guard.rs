//! Being present.

use core::fmt;
use std::sync::Arc;

use super::{hold::PresenceHold, presence::Inner};

/// Somebody is present as long as this is held, and for the [grace time](super::PresenceBuilder::with_grace) after
/// that.
#[must_use]
pub struct PresenceGuard {
    presence: Arc<Inner>,
    hold: Arc<PresenceHold>,
}

impl PresenceGuard {
    pub(super) const fn new(presence: Arc<Inner>, hold: Arc<PresenceHold>) -> Self {
        Self { presence, hold }
    }
}

impl Drop for PresenceGuard {
    fn drop(&mut self) {
        self.presence.dropped(&self.hold);
    }
}

impl fmt::Debug for PresenceGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresenceGuard(..)")
    }
}
