//! What can be wrong with an event stream for a bounded decoder.

use alloc::boxed::Box;
use core::fmt;

/// An event, or with [`DecodeError::InvalidUtf8`] a comment, that could not be delivered.
///
/// The standard gives every byte sequence a meaning, so these come from limits and from the
/// strict reading of UTF-8 only. The event is dropped, its id is not taken as the last event
/// ID, and the decoder can be used further: after a limit it goes on behind the next blank
/// line, after invalid UTF-8 with the event that follows.
///
/// `at_byte` counts from the start of the stream (since the decoder was made or reset).
/// `event_id` is the id which the dropped event carried, where its `id` field came before the
/// end of what was read of it; it is not printed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// A line, of whatever kind, is longer than [`Limits`](crate::Limits) allow.
    LineTooLong {
        /// The limit, in bytes without the line end.
        max_line_bytes: usize,
        /// Where the line starts.
        at_byte: u64,
        /// The id of the event that was dropped.
        event_id: Option<Box<str>>,
    },
    /// The fields of one event are together larger than [`Limits`](crate::Limits) allow.
    EventTooLarge {
        /// The limit, in bytes.
        max_event_bytes: usize,
        /// Where the line starts that went over the limit.
        at_byte: u64,
        /// The id of the event that was dropped.
        event_id: Option<Box<str>>,
    },
    /// With [`Utf8Policy::Strict`](crate::Utf8Policy::Strict): a value is not UTF-8.
    InvalidUtf8 {
        /// Where the line starts at which this was found: for an event the blank line that
        /// ends it, for a comment its own.
        at_byte: u64,
        /// The id of the event that was dropped, if that is UTF-8.
        event_id: Option<Box<str>>,
    },
}

impl DecodeError {
    /// Where in the stream the line starts that brought the error out, in bytes.
    #[must_use]
    pub const fn at_byte(&self) -> u64 {
        match self {
            Self::LineTooLong { at_byte, .. }
            | Self::EventTooLarge { at_byte, .. }
            | Self::InvalidUtf8 { at_byte, .. } => *at_byte,
        }
    }

    /// The id of the event that was dropped, where it was known.
    #[must_use]
    pub fn event_id(&self) -> Option<&str> {
        match self {
            Self::LineTooLong { event_id, .. }
            | Self::EventTooLarge { event_id, .. }
            | Self::InvalidUtf8 { event_id, .. } => event_id.as_deref(),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineTooLong {
                max_line_bytes,
                at_byte,
                ..
            } => {
                write!(f, "line exceeds {max_line_bytes} bytes at byte {at_byte}")
            }
            Self::EventTooLarge {
                max_event_bytes,
                at_byte,
                ..
            } => {
                write!(f, "event exceeds {max_event_bytes} bytes at byte {at_byte}")
            }
            Self::InvalidUtf8 { at_byte, .. } => {
                write!(f, "invalid UTF-8 found at the line at byte {at_byte}")
            }
        }
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All but the id, which may be a secret.
        let mut debug = match self {
            Self::LineTooLong { max_line_bytes, .. } => {
                let mut debug = f.debug_struct("LineTooLong");
                debug.field("max_line_bytes", max_line_bytes);
                debug
            }
            Self::EventTooLarge {
                max_event_bytes, ..
            } => {
                let mut debug = f.debug_struct("EventTooLarge");
                debug.field("max_event_bytes", max_event_bytes);
                debug
            }
            Self::InvalidUtf8 { .. } => f.debug_struct("InvalidUtf8"),
        };
        debug
            .field("at_byte", &self.at_byte())
            .finish_non_exhaustive()
    }
}

impl core::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString};

    #[test]
    fn texts_are_pinned() {
        let line = DecodeError::LineTooLong {
            max_line_bytes: 65536,
            at_byte: 1_048_576,
            event_id: Some("7".into()),
        };
        assert_eq!(line.to_string(), "line exceeds 65536 bytes at byte 1048576");
        assert_eq!((line.at_byte(), line.event_id()), (1_048_576, Some("7")));
        let event = DecodeError::EventTooLarge {
            max_event_bytes: 10,
            at_byte: 3,
            event_id: None,
        };
        assert_eq!(event.to_string(), "event exceeds 10 bytes at byte 3");
        let utf8 = DecodeError::InvalidUtf8 {
            at_byte: 9,
            event_id: None,
        };
        assert_eq!(
            utf8.to_string(),
            "invalid UTF-8 found at the line at byte 9"
        );
    }

    #[test]
    fn ids_are_not_printed() {
        let (at_byte, event_id) = (3, Some("secret".into()));
        let line = DecodeError::LineTooLong {
            max_line_bytes: 8,
            at_byte,
            event_id: event_id.clone(),
        };
        let event = DecodeError::EventTooLarge {
            max_event_bytes: 8,
            at_byte,
            event_id: event_id.clone(),
        };
        let utf8 = DecodeError::InvalidUtf8 { at_byte, event_id };
        let texts = [line, event, utf8].map(|error| format!("{error:?}"));
        let expected = [
            "LineTooLong { max_line_bytes: 8, at_byte: 3, .. }",
            "EventTooLarge { max_event_bytes: 8, at_byte: 3, .. }",
            "InvalidUtf8 { at_byte: 3, .. }",
        ];
        assert_eq!(texts, expected);
    }
}
