//! An event's id, checked.

use alloc::{borrow::Cow, string::String};
use core::fmt;

use crate::word::{HIGH, LOW, bytes_equal, word_of_few};

/// The id of an event: what a client sends back as `Last-Event-ID` when it returns.
///
/// It has no CR, LF or U+0000, which an `id` field cannot carry, and nothing which an HTTP
/// header could not carry back: no control characters, no blank at either end
/// (<https://www.rfc-editor.org/rfc/rfc9110#name-field-values>). Any other text will do. The
/// empty id resets the client's last event ID.
///
/// ```
/// use sse_codec::EventId;
///
/// assert_eq!(EventId::try_from("order-7")?.as_str(), "order-7");
/// assert_eq!(EventId::from(7).as_str(), "7");
/// assert!(EventId::try_from("7\ndata: injected").is_err());
/// # Ok::<(), sse_codec::item::InvalidEventId>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId<'a> {
    text: Cow<'a, str>,
}

impl<'a> EventId<'a> {
    /// The empty id, which resets the client's last event ID.
    pub const RESET: EventId<'static> = EventId {
        text: Cow::Borrowed(""),
    };

    /// An id that lives as long as the program.
    ///
    /// # Panics
    ///
    /// If the text is not an id; in a `const`, that is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn from_static(text: &'static str) -> EventId<'static> {
        assert!(refuse(text.as_bytes()).is_none(), "not an event id");
        EventId {
            text: Cow::Borrowed(text),
        }
    }

    /// An id that no header may be able to carry back: only CR, LF and U+0000 are refused.
    /// For clients that keep the id themselves.
    ///
    /// # Errors
    ///
    /// [`InvalidEventId::Control`] for CR, LF or U+0000.
    pub fn without_header_check(text: impl Into<Cow<'a, str>>) -> Result<Self, InvalidEventId> {
        let text = text.into();
        match text
            .bytes()
            .position(|byte| matches!(byte, 0 | b'\r' | b'\n'))
        {
            Some(at_byte) => Err(InvalidEventId::Control { at_byte }),
            None => Ok(Self { text }),
        }
    }

    /// The text.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same id in storage of its own.
    #[must_use]
    pub fn into_owned(self) -> EventId<'static> {
        EventId {
            text: Cow::Owned(self.text.into_owned()),
        }
    }
}

/// Why the text is not an id, if it is none.
const fn refuse(text: &[u8]) -> Option<InvalidEventId> {
    if let [b' ' | b'\t', ..] | [.., b' ' | b'\t'] = text {
        return Some(InvalidEventId::OuterBlank);
    }
    if !has_control(text) {
        return None;
    }
    let mut at_byte = 0;
    while at_byte < text.len() {
        if text[at_byte].is_ascii_control() {
            return Some(InvalidEventId::Control { at_byte });
        }
        at_byte += 1;
    }
    None
}

/// Whether there is an ASCII control character.
pub(super) const fn has_control(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk() else {
        return controls_in(word_of_few(text, b' ')) != 0;
    };
    // The last word overlaps the one before it where the length is no multiple of eight.
    let mut found = controls_in(u64::from_le_bytes(*last));
    let mut rest = text;
    while let Some((word, behind)) = rest.split_first_chunk() {
        found |= controls_in(u64::from_le_bytes(*word));
        rest = behind;
    }
    found != 0
}

/// Not 0 if a byte is less than U+0020, or U+007F.
const fn controls_in(word: u64) -> u64 {
    (word.wrapping_sub(LOW * 0x20) & !word & HIGH) | bytes_equal(word, 0x7f)
}

impl<'a> TryFrom<&'a str> for EventId<'a> {
    type Error = InvalidEventId;

    #[inline]
    fn try_from(text: &'a str) -> Result<Self, InvalidEventId> {
        match refuse(text.as_bytes()) {
            None => Ok(Self {
                text: Cow::Borrowed(text),
            }),
            Some(error) => Err(error),
        }
    }
}

impl TryFrom<String> for EventId<'_> {
    type Error = InvalidEventId;

    fn try_from(text: String) -> Result<Self, InvalidEventId> {
        match refuse(text.as_bytes()) {
            None => Ok(Self {
                text: Cow::Owned(text),
            }),
            Some(error) => Err(error),
        }
    }
}

impl From<u64> for EventId<'_> {
    fn from(number: u64) -> Self {
        Self {
            text: Cow::Owned(alloc::format!("{number}")),
        }
    }
}

impl fmt::Debug for EventId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventId").field(&self.text).finish()
    }
}

impl fmt::Display for EventId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why a text is not an event id.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidEventId {
    /// There is a control character.
    Control {
        /// Where, in bytes.
        at_byte: usize,
    },
    /// There is a blank at one of the ends, which HTTP would strip.
    OuterBlank,
}

impl fmt::Display for InvalidEventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control { at_byte } => {
                write!(f, "control character in event id at byte {at_byte}")
            }
            Self::OuterBlank => f.write_str("event id begins or ends with a blank"),
        }
    }
}

impl core::error::Error for InvalidEventId {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    const SEVEN: EventId<'static> = EventId::from_static("7");

    #[test]
    fn what_a_header_carries_is_an_id() {
        for text in [
            "",
            "7",
            "a b",
            "1:2",
            "d\u{e9}j\u{e0} vu",
            "\u{1f980}",
            "\u{feff}x",
        ] {
            assert_eq!(EventId::try_from(text).unwrap().as_str(), text);
        }
        assert_eq!(SEVEN, EventId::from(7));
        assert_eq!(EventId::RESET.as_str(), "");
    }

    #[test]
    fn what_it_does_not_carry_is_refused() {
        for text in ["a\nb", "a\rb", "a\0b", "a\tb", "a\x1bb", "a\x7fb"] {
            let error = EventId::try_from(text).unwrap_err();
            assert_eq!(error, InvalidEventId::Control { at_byte: 1 }, "{text:?}");
        }
        for text in [" a", "a ", "\ta", "a\t", " "] {
            assert_eq!(
                EventId::try_from(text.to_string()),
                Err(InvalidEventId::OuterBlank)
            );
        }
        let texts = [
            InvalidEventId::Control { at_byte: 1 }.to_string(),
            InvalidEventId::OuterBlank.to_string(),
        ];
        assert_eq!(
            texts,
            [
                "control character in event id at byte 1",
                "event id begins or ends with a blank"
            ]
        );
    }

    #[test]
    fn a_control_character_is_found_at_every_place() {
        for length in 0..=20 {
            for filler in [b' ', b'~', 0x80, 0x9f, 0xff] {
                let mut text = alloc::vec![filler; length];
                assert!(!has_control(&text), "{length}");
                for at in 0..length {
                    for byte in 0..=u8::MAX {
                        text[at] = byte;
                        assert_eq!(has_control(&text), byte.is_ascii_control(), "{text:?}");
                    }
                    text[at] = filler;
                }
            }
        }
    }

    #[test]
    fn without_the_header_check_only_the_stream_matters() {
        assert_eq!(
            EventId::without_header_check(" a\t").unwrap().as_str(),
            " a\t"
        );
        for text in ["\0", "\r", "\n"] {
            assert!(EventId::without_header_check(text).is_err());
        }
    }
}
