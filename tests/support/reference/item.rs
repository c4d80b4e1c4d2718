//! What the twin makes of a stream.

use serde::{Deserialize, Serialize};

/// One thing a stream says, in the order of the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReferenceItem {
    /// An event, dispatched at a blank line.
    Event {
        /// The event type, `message` where the stream gave none.
        event_type: String,
        /// The data lines, joined by line feeds.
        data: String,
        /// The last event ID as it was at the blank line.
        last_event_id: String,
    },
    /// A valid `retry` field, at its line.
    Retry {
        /// The reconnection time; what does not fit is [`u64::MAX`].
        milliseconds: u64,
    },
    /// A comment, at its line. The standard ignores it; here it is shown.
    Comment {
        /// What follows the colon, without one leading space.
        text: String,
    },
}

/// All of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// What the stream says, in order.
    pub items: Vec<ReferenceItem>,
    /// The last event ID after the last blank line: what a reconnection would send.
    pub last_event_id: String,
}
