//! The lines that are printed. The order of the fields here is their order in the line.

use core::time::Duration;

use serde::Serialize;
use sse_codec::{DecodeError, ItemRef};

/// One line of output.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Line<'a> {
    /// An event that was dispatched.
    Event {
        event: &'a str,
        data: &'a str,
        last_event_id: &'a str,
    },
    /// A reconnection time.
    Retry { ms: u64 },
    /// A comment.
    Comment { text: &'a str },
    /// An event that was not.
    Error {
        kind: &'static str,
        message: String,
        at_byte: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<usize>,
        event_id: Option<&'a str>,
    },
    /// There is a stream.
    Open,
    /// There is none any more, or still none.
    Reconnecting {
        attempt: u32,
        delay_ms: u64,
        cause: String,
    },
    /// No header can carry the last event ID.
    UnsendableId,
    /// The end. What was not ended by a blank line is no event.
    End {
        last_event_id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
    },
}

impl<'a> Line<'a> {
    /// The line for an end where nothing failed.
    pub(crate) const fn end(last_event_id: &'a str) -> Self {
        Self::End {
            last_event_id,
            error: None,
            status: None,
        }
    }

    /// The line for an item; none for a kind of item that has no line.
    pub(crate) fn of_item(item: ItemRef<'a>) -> Option<Self> {
        Some(match item {
            ItemRef::Event(event) => Self::Event {
                event: event.event_type(),
                data: event.data(),
                last_event_id: event.last_event_id(),
            },
            ItemRef::Retry(time) => Self::Retry {
                ms: milliseconds(time),
            },
            ItemRef::Comment(text) => Self::Comment { text },
            _ => return None,
        })
    }

    /// The line for an error.
    pub(crate) fn of_error(error: &'a DecodeError) -> Self {
        let (kind, limit) = match error {
            DecodeError::LineTooLong { max_line_bytes, .. } => {
                ("line_too_long", Some(*max_line_bytes))
            }
            DecodeError::EventTooLarge {
                max_event_bytes, ..
            } => ("event_too_large", Some(*max_event_bytes)),
            DecodeError::InvalidUtf8 { .. } => ("invalid_utf8", None),
            _ => ("other", None),
        };
        Self::Error {
            kind,
            message: error.to_string(),
            at_byte: error.at_byte(),
            limit,
            event_id: error.event_id(),
        }
    }
}

pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
