//! What a client that returns says it has seen.

use core::{fmt, str::FromStr};

use crate::{ByteStr, byte_str::utf8};

/// The last event ID of a client that returns: what it sends as `Last-Event-ID`, or a polyfill
/// in a query parameter. Not empty, UTF-8, without CR, LF and U+0000, which no `id` field can have
/// carried.
///
/// It comes from outside: it is one of our ids only if it is found to be one.
///
/// ```
/// use sse_codec::LastEventId;
///
/// let id = LastEventId::try_from(&b"42"[..])?;
/// assert_eq!(id.as_str(), "42");
/// assert_eq!(id.parse::<u64>(), Ok(42));
/// assert!(LastEventId::try_from(&b"4\n2"[..]).is_err());
/// # Ok::<(), sse_codec::item::InvalidLastEventId>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LastEventId {
    text: ByteStr,
}

impl LastEventId {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as an id of one's own kind, a number for instance.
    ///
    /// # Errors
    ///
    /// Those of the kind.
    pub fn parse<T: FromStr>(&self) -> Result<T, T::Err> {
        self.text.parse()
    }
}

impl TryFrom<&[u8]> for LastEventId {
    type Error = InvalidLastEventId;

    /// Copies.
    fn try_from(bytes: &[u8]) -> Result<Self, InvalidLastEventId> {
        if bytes.is_empty() {
            return Err(InvalidLastEventId::Empty);
        }
        let text = utf8(bytes).ok_or(InvalidLastEventId::NotUtf8)?;
        match bytes
            .iter()
            .position(|byte| matches!(byte, b'\0' | b'\r' | b'\n'))
        {
            Some(at_byte) => Err(InvalidLastEventId::NoIdHas { at_byte }),
            None => Ok(Self {
                text: ByteStr::from(text),
            }),
        }
    }
}

impl fmt::Display for LastEventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Why something is not a last event ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidLastEventId {
    /// There is none.
    Empty,
    /// It is not UTF-8.
    NotUtf8,
    /// It has a CR, LF or U+0000.
    NoIdHas {
        /// Where, in bytes.
        at_byte: usize,
    },
}

impl fmt::Display for InvalidLastEventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("last event ID is empty"),
            Self::NotUtf8 => f.write_str("last event ID is not UTF-8"),
            Self::NoIdHas { at_byte } => {
                write!(
                    f,
                    "character that no id has in last event ID at byte {at_byte}"
                )
            }
        }
    }
}

impl core::error::Error for InvalidLastEventId {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn any_text_that_an_id_field_carries_is_one() {
        for text in ["0", " a b ", "\t", "d\u{e9}j\u{e0} vu", "\u{7f}"] {
            let id = LastEventId::try_from(text.as_bytes()).unwrap();
            assert_eq!((id.as_str(), id.to_string()), (text, text.to_string()));
        }
    }

    #[test]
    fn what_no_id_is_is_refused() {
        let refused = |bytes: &[u8]| LastEventId::try_from(bytes).unwrap_err();
        assert_eq!(refused(b"").to_string(), "last event ID is empty");
        assert_eq!(refused(b"\xff").to_string(), "last event ID is not UTF-8");
        for text in ["ab\0", "ab\r", "ab\n"] {
            let message = "character that no id has in last event ID at byte 2";
            assert_eq!(refused(text.as_bytes()).to_string(), message);
        }
    }

    #[test]
    fn it_is_read_as_what_the_server_made_it_of() {
        let id = LastEventId::try_from(&b"42"[..]).unwrap();
        assert_eq!(id.parse(), Ok(42_u8));
        assert!(id.parse::<bool>().is_err());
    }
}
