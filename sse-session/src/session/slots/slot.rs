//! A stream's slot.

use core::fmt;
use std::sync::Arc;

use super::{hold::SlotHold, slots::Inner};

/// A stream's slot; free when it is dropped and the session has no other stream on this node.
#[must_use]
pub struct StreamSlot {
    slots: Arc<Inner>,
    hold: Arc<SlotHold>,
}

impl StreamSlot {
    pub(super) const fn new(slots: Arc<Inner>, hold: Arc<SlotHold>) -> Self {
        Self { slots, hold }
    }

    /// Whether it was given to somebody else, as far as this node knows.
    #[must_use]
    pub fn is_evicted(&self) -> bool {
        self.hold.is_evicted()
    }

    /// Does this, once, when it is given to somebody else; at once if it was. It must not block, and is called from
    /// any thread.
    pub fn on_evicted(&self, evicted: impl FnOnce() + Send + 'static) {
        self.hold.on_evicted(Box::new(evicted));
    }
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        self.slots.dropped(&self.hold);
    }
}

impl fmt::Debug for StreamSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamSlot")
            .field("is_evicted", &self.is_evicted())
            .finish_non_exhaustive()
    }
}
