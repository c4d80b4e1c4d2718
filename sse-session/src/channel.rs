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
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Channel {
    name: Arc<str>,
}

impl Channel {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 200;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
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
        f.write_str(&self.name)
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
