//! A stream's hold on a channel.

use core::sync::atomic::Ordering;
use std::sync::Arc;

use super::ActiveChannel;
use crate::{hub::access::Grant, ring::Slot};

/// A stream's hold on a channel: while there is one, the channel stays active.
#[derive(Debug)]
pub(in crate::hub) struct Attachment {
    pub(in crate::hub) channel: Arc<ActiveChannel>,
    pub(in crate::hub) slot: Slot,
    pub(in crate::hub) grant: Option<Arc<Grant>>,
}

impl Attachment {
    /// Of a channel whose subscribers were counted up for it.
    pub(super) fn new(channel: Arc<ActiveChannel>) -> Self {
        let slot = channel.wakers.add();
        Self {
            channel,
            slot,
            grant: None,
        }
    }

    pub(in crate::hub) fn is_revoked(&self) -> bool {
        self.grant.as_ref().is_some_and(|grant| grant.is_revoked())
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        if self.channel.subscribers.fetch_sub(1, Ordering::AcqRel) == 1 {
            // It may have come and gone between two looks: it is idle from the next one on.
            *self.channel.idle_since.lock() = None;
        }
    }
}
