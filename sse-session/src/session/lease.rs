//! Which of a session's attachments counts.

use std::sync::Arc;

use super::{AttachmentEnd, SessionAddress, hold::Hold};
use crate::store::Fence;

/// Which of a session's attachments counts: for what is done beside a stream on behalf of it.
#[derive(Clone)]
pub(crate) struct Lease {
    hold: Arc<Hold>,
}

impl Lease {
    pub(super) const fn new(hold: Arc<Hold>) -> Self {
        Self { hold }
    }

    pub(crate) fn address(&self) -> SessionAddress {
        self.hold.address
    }

    /// Of this attachment alone, on an active device too.
    pub(crate) fn fence(&self) -> &Fence {
        self.hold.lease()
    }

    pub(crate) fn over(&self) -> Option<AttachmentEnd> {
        self.hold.over()
    }
}
