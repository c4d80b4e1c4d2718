//! The id of a session.

use core::{error::Error, fmt, hint::black_box};

use crate::randomness::{self, NoRandomness};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The id of a session: 128 bits, from the operating system unless the client has made them. Whoever has it
/// and is the same identity is the session's client, so it is a secret: it has no `Display`, its `Debug`
/// does not show it, and no store gets it. It is compared in constant time.
///
/// Its text is 22 characters that a URL, a cookie and a header carry as they are; a client's UUID is read
/// too.
///
/// ```
/// use sse_session::session::SessionId;
///
/// let id = SessionId::try_from("VQ6EAOKbQdSnFkRmVUQAAA")?;
/// assert_eq!(id.to_text(), "VQ6EAOKbQdSnFkRmVUQAAA");
/// assert_eq!(id, SessionId::try_from("550e8400-e29b-41d4-a716-446655440000")?);
/// assert_eq!(format!("{id:?}"), "SessionId(..)");
/// # Ok::<(), sse_session::session::InvalidSessionId>(())
/// ```
#[derive(Clone, Copy)]
pub struct SessionId {
    bytes: [u8; 16],
}

impl SessionId {
    pub(super) fn random() -> Result<Self, NoRandomness> {
        Ok(Self { bytes: random()? })
    }

    /// The text: base64url without padding.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; 16] {
        &self.bytes
    }
}

/// Bytes that nobody can guess.
pub(super) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    randomness::fill(&mut bytes)?;
    Ok(bytes)
}

impl TryFrom<&str> for SessionId {
    type Error = InvalidSessionId;

    fn try_from(text: &str) -> Result<Self, InvalidSessionId> {
        let bytes = match text.len() {
            22 => from_base64(text),
            36 => from_uuid(text.as_bytes()),
            _ => None,
        };
        Ok(Self {
            bytes: bytes.ok_or(InvalidSessionId)?,
        })
    }
}

fn from_base64(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 18];
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
    bytes.get(..length)?.try_into().ok()
}

/// <https://www.rfc-editor.org/rfc/rfc9562#section-4>, of any version.
fn from_uuid(text: &[u8]) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    let mut digits = 0;
    for (at, character) in text.iter().enumerate() {
        if matches!(at, 8 | 13 | 18 | 23) {
            if *character != b'-' {
                return None;
            }
            continue;
        }
        let digit = u8::try_from(char::from(*character).to_digit(16)?).ok()?;
        let byte = bytes.get_mut(digits / 2)?;
        *byte = (*byte << 4) | digit;
        digits += 1;
    }
    Some(bytes)
}

impl PartialEq for SessionId {
    fn eq(&self, other: &Self) -> bool {
        let pairs = self.bytes.iter().zip(&other.bytes);
        let differences = pairs.fold(0, |all, (one, other)| black_box(all | (one ^ other)));
        differences == 0
    }
}

impl Eq for SessionId {}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

/// A text is no session id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidSessionId;

impl fmt::Display for InvalidSessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no session id")
    }
}

impl Error for InvalidSessionId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_as_the_same_id() {
        for _ in 0..100 {
            let id = SessionId::random().unwrap();
            let text = id.to_text();
            assert_eq!(text.len(), 22);
            assert_eq!(SessionId::try_from(&*text), Ok(id));
            assert_ne!(SessionId::random().unwrap(), id);
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "VQ6EAOKbQdSnFkRmVUQAA",
            "VQ6EAOKbQdSnFkRmVUQAAB", // Bits that are not of the id.
            "VQ6EAOKbQdSnFkRmVUQAA=",
            "VQ6EAOKbQdSnFkRmVUQA/A",
            "550e8400-e29b-41d4-a716-44665544000g",
            "550e8400e29b-41d4-a716-4466554400000",
            "550e8400-e29b-41d4-a716-4466554400ä",
            &"A".repeat(1 << 16),
        ] {
            assert_eq!(SessionId::try_from(text), Err(InvalidSessionId), "{text:?}");
        }
    }
}
