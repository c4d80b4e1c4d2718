//! What the store tells.

use core::fmt;
use std::sync::{Arc, Weak};

use crate::{
    hub::shared::Shared,
    observe::Origin,
    ring::Offer,
    store::{WatchEvent, WatchSink},
};

/// Takes what the store tells. It does not keep the hub alive, which keeps the watch.
pub(in crate::hub) struct Hints {
    shared: Weak<Shared>,
}

impl Hints {
    pub(in crate::hub) const fn new(shared: Weak<Shared>) -> Self {
        Self { shared }
    }
}

impl WatchSink for Hints {
    fn notify(&self, event: WatchEvent) {
        if let Some(shared) = self.shared.upgrade() {
            shared.hint(event);
        }
    }
}

impl fmt::Debug for Hints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hints")
    }
}

impl Shared {
    fn hint(self: &Arc<Self>, event: WatchEvent) {
        match event {
            WatchEvent::Appended { log, record } => {
                let Some(channel) = self.channels.get(&log) else {
                    return;
                };
                // Before anybody can take it.
                channel.note_arrival(record.position.tag, Origin::Elsewhere, None);
                match channel.ring.offer(&record, || channel.frame(&record)) {
                    Offer::Taken => self.wake(&channel),
                    Offer::Known => (),
                    Offer::Refused => self.catch_up(&channel),
                }
            }
            // What was appended before the watch was in force was not told.
            WatchEvent::Changed(log) | WatchEvent::Watching(log) => {
                if let Some(channel) = self.channels.get(&log) {
                    channel.ring.doubt_first();
                    self.catch_up(&channel);
                }
            }
            WatchEvent::Announced { log, payload } => {
                if let Some(channel) = self.channels.get(&log) {
                    channel.ring.announce(payload);
                    self.wake(&channel);
                }
            }
            WatchEvent::Lost | WatchEvent::Restored => {
                for channel in self.channels.all() {
                    channel.ring.doubt_first();
                    self.catch_up(&channel);
                }
            }
        }
    }
}
