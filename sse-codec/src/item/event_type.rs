//! An event's type, checked.

use alloc::{borrow::Cow, string::String};
use core::fmt;

use super::event_id::has_control;

/// The type of an event: the name that a page gives to `addEventListener`.
///
/// Not empty, without CR and LF; any other text will do. The default one is `message`, which
/// is what a client takes when there is none, so it is not written to the stream.
///
/// ```
/// use sse_codec::EventType;
///
/// const STATS: EventType<'static> = EventType::from_static("stats");
/// assert_eq!(EventType::try_from("stats")?, STATS);
/// assert!(EventType::try_from("a\nb").is_err());
/// # Ok::<(), sse_codec::item::InvalidEventType>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventType<'a> {
    text: Cow<'a, str>,
}

impl EventType<'_> {
    /// An event type that lives as long as the program.
    ///
    /// # Panics
    ///
    /// If the text is not an event type; in a `const`, that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn from_static(text: &'static str) -> EventType<'static> {
        assert!(refuse(text.as_bytes()).is_none(), "not an event type");
        EventType {
            text: Cow::Borrowed(text),
        }
    }

    /// The text.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same event type in storage of its own.
    #[must_use]
    pub fn into_owned(self) -> EventType<'static> {
        EventType {
            text: Cow::Owned(self.text.into_owned()),
        }
    }
}

/// Why the text is not an event type, if it is none.
const fn refuse(text: &[u8]) -> Option<InvalidEventType> {
    if text.is_empty() {
        return Some(InvalidEventType::Empty);
    }
    // Most have none, and that is known faster.
    if !has_control(text) {
        return None;
    }
    let mut at_byte = 0;
    while at_byte < text.len() {
        if matches!(text[at_byte], b'\r' | b'\n') {
            return Some(InvalidEventType::LineEnd { at_byte });
        }
        at_byte += 1;
    }
    None
}

impl<'a> TryFrom<&'a str> for EventType<'a> {
    type Error = InvalidEventType;

    #[inline]
    fn try_from(text: &'a str) -> Result<Self, InvalidEventType> {
        match refuse(text.as_bytes()) {
            None => Ok(Self {
                text: Cow::Borrowed(text),
            }),
            Some(error) => Err(error),
        }
    }
}

impl TryFrom<String> for EventType<'_> {
    type Error = InvalidEventType;

    fn try_from(text: String) -> Result<Self, InvalidEventType> {
        match refuse(text.as_bytes()) {
            None => Ok(Self {
                text: Cow::Owned(text),
            }),
            Some(error) => Err(error),
        }
    }
}

impl fmt::Debug for EventType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventType").field(&self.text).finish()
    }
}

impl fmt::Display for EventType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a text is not an event type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidEventType {
    /// It is empty: a client would take it for `message`.
    Empty,
    /// It has a CR or LF.
    LineEnd {
        /// Where, in bytes.
        at_byte: usize,
    },
}

impl fmt::Display for InvalidEventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("event type is empty"),
            Self::LineEnd { at_byte } => write!(f, "line end in event type at byte {at_byte}"),
        }
    }
}

impl core::error::Error for InvalidEventType {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn any_single_line_is_an_event_type() {
        for text in [
            "stats",
            " a ",
            "\u{e9}",
            "a:b",
            "message",
            "\0",
            "tab\tand \u{1b} are no line ends",
        ] {
            assert_eq!(EventType::try_from(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn empty_and_several_lines_are_refused() {
        let error = EventType::try_from("").unwrap_err();
        assert_eq!(error.to_string(), "event type is empty");
        for text in ["a\nb", "a\rb"] {
            let error = EventType::try_from(text).unwrap_err();
            assert_eq!(error.to_string(), "line end in event type at byte 1");
        }
    }
}
