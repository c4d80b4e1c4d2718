//! How an inbox is set up.

use core::time::Duration;

use super::InboxRate;

/// How an inbox is set up.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) handling: Handling,
    pub(super) max_message_bytes: usize,
    pub(super) max_messages: usize,
    pub(super) max_bytes: usize,
    pub(super) rate: Option<InboxRate>,
    pub(super) window: Duration,
    pub(super) max_wait: Duration,
    pub(super) handler_timeout: Duration,
    pub(super) check_interval: Duration,
}

/// Where messages are handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handling {
    AtReceiver,
    AtHolder,
}

impl Settings {
    pub(super) const fn new(handling: Handling) -> Self {
        Self {
            handling,
            max_message_bytes: 64 * 1024,
            max_messages: 64,
            max_bytes: 1 << 20,
            rate: Some(InboxRate::per_second(10).with_burst(30)),
            window: Duration::from_secs(10 * 60),
            max_wait: Duration::from_secs(24 * 3600),
            handler_timeout: Duration::from_secs(30),
            check_interval: Duration::from_secs(5),
        }
    }
}
