//! By what a client's message is the same one.

use core::{error::Error, fmt};
use std::sync::Arc;

/// By what a client's message is the same one when it sends it again: 1 to 64 bytes of visible ASCII, such as a
/// UUID. It counts within one session.
///
/// ```
/// use sse_session::inbox::ClientKey;
///
/// assert!(ClientKey::try_from("018f6e2c-8d3a").is_ok());
/// assert!(ClientKey::try_from("two words").is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClientKey {
    text: Arc<str>,
}

impl ClientKey {
    /// The longest key, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl TryFrom<&str> for ClientKey {
    type Error = InvalidClientKey;

    /// Copies.
    fn try_from(text: &str) -> Result<Self, InvalidClientKey> {
        let length = (1..=Self::MAX_BYTES).contains(&text.len());
        if length && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self { text: text.into() })
        } else {
            Err(InvalidClientKey)
        }
    }
}

/// Without the key, which is the client's.
impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientKey(..)")
    }
}

/// A text is no client key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidClientKey;

impl fmt::Display for InvalidClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a client key has 1 to 64 bytes of visible ASCII")
    }
}

impl Error for InvalidClientKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_checked() {
        for text in ["a", "!~", &"x".repeat(64)] {
            assert_eq!(ClientKey::try_from(text).unwrap().as_str(), text);
        }
        for text in ["", "a b", "a\n", "ä", &"x".repeat(65)] {
            assert_eq!(ClientKey::try_from(text), Err(InvalidClientKey), "{text:?}");
        }
        let key = ClientKey::try_from("secret").unwrap();
        assert_eq!(format!("{key:?}"), "ClientKey(..)");
    }
}
