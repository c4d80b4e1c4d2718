//! The name of a channel.

use core::{borrow::Borrow, error::Error, fmt, ops::Deref};
use std::sync::Arc;

/// The name of a channel: 1 to 200 bytes of UTF-8 without control characters. Cheap to clone.
///
/// ```
/// use sse_session::Channel;
///
/// let channel = Channel::try_from("orders/7")?;
/// assert_eq!(&*channel, "orders/7");
/// assert!(Channel::try_from("two\nlines").is_err());
/// # Ok::<(), sse_session::channel::InvalidChannel>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Channel {
    name: Arc<str>,
}

/// Before the name of a channel that is not the application's: none of its own begins so, because it is a
/// control character.
const RESERVED: char = '\u{1}';

impl Channel {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 200;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// A channel over a log of another kind than those of channels. The application cannot name it, no
    /// authorizer is asked about it, and whoever is new to it gets all that is kept.
    pub(crate) fn reserved(kind: &str, name: &str) -> Self {
        Self {
            name: format!("{RESERVED}{kind}/{name}").into(),
        }
    }

    pub(crate) fn is_reserved(&self) -> bool {
        self.reserved_log().is_some()
    }

    /// The name of its log, if it is reserved.
    pub(crate) fn reserved_log(&self) -> Option<&str> {
        self.name.strip_prefix(RESERVED)
    }
}

/// Without the name if it is reserved: there may be ids in it.
impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_reserved() {
            return f.write_str("Channel(..)");
        }
        f.debug_struct("Channel").field("name", &self.name).finish()
    }
}

impl TryFrom<&str> for Channel {
    type Error = InvalidChannel;

    /// Copies.
    fn try_from(name: &str) -> Result<Self, InvalidChannel> {
        if name.is_empty() {
            return Err(InvalidChannel::Empty);
        }
        if name.len() > Self::MAX_BYTES {
            return Err(InvalidChannel::TooLong { bytes: name.len() });
        }
        let mut characters = name.char_indices();
        if let Some((at_byte, _)) = characters.find(|(_, character)| character.is_control()) {
            return Err(InvalidChannel::Control { at_byte });
        }
        Ok(Self { name: name.into() })
    }
}

impl Deref for Channel {
    type Target = str;

    fn deref(&self) -> &str {
        &self.name
    }
}

impl Borrow<str> for Channel {
    fn borrow(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_reserved() {
            "session"
        } else {
            &self.name
        })
    }
}

/// Why a text is no name of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidChannel {
    /// There is nothing in it.
    Empty,
    /// It is longer than [`Channel::MAX_BYTES`].
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// There is a control character in it.
    Control {
        /// Where it begins.
        at_byte: usize,
    },
}

impl fmt::Display for InvalidChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the name of a channel is empty"),
            Self::TooLong { bytes } => write!(
                f,
                "the name of a channel has {bytes} bytes, more than {}",
                Channel::MAX_BYTES
            ),
            Self::Control { at_byte } => {
                write!(
                    f,
                    "the name of a channel has a control character at byte {at_byte}"
                )
            }
        }
    }
}

impl Error for InvalidChannel {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_name_is_nobodys_and_is_not_shown() {
        let reserved = Channel::reserved("session", "secret");
        assert!(Channel::try_from(reserved.as_str()).is_err());
        assert_eq!(reserved.reserved_log(), Some("session/secret"));
        assert_eq!(format!("{reserved:?} {reserved}"), "Channel(..) session");
        let other = Channel::try_from("session/secret").unwrap();
        assert!(!other.is_reserved());
        assert_ne!(other, reserved);
    }

    #[test]
    fn names_are_checked() {
        for name in ["a", "orders/7", "räume:büro", &"x".repeat(200)] {
            assert_eq!(Channel::try_from(name).unwrap().as_str(), name);
        }
        assert_eq!(Channel::try_from(""), Err(InvalidChannel::Empty));
        let long = "x".repeat(201);
        let error = Channel::try_from(&*long).unwrap_err();
        assert_eq!(error, InvalidChannel::TooLong { bytes: 201 });
        for name in ["a\nb", "a\0", "a\u{7f}", "a\u{85}"] {
            let error = Channel::try_from(name).unwrap_err();
            assert_eq!(error, InvalidChannel::Control { at_byte: 1 }, "{name:?}");
        }
        assert_eq!(
            InvalidChannel::Control { at_byte: 1 }.to_string(),
            "the name of a channel has a control character at byte 1"
        );
    }
}
