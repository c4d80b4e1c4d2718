//! A message that is wrong.

use core::{error::Error, fmt};
use std::borrow::Cow;

use bytes::{BufMut, BytesMut};

/// A message is wrong, and will be the next time too: what an [`InboxHandler`](super::InboxHandler) gives as its error.
///
/// It settles the message: it is not handled again, and its key is answered with the same from then on.
///
/// ```
/// use sse_session::inbox::{MessageRefusal, ReceivedMessage, handler_fn};
///
/// let handler = handler_fn(|message: ReceivedMessage| async move {
///     let text = core::str::from_utf8(message.body());
///     let text = text.map_err(|_| MessageRefusal::new("not-text").with_status(400))?;
///     println!("{text}");
///     Ok(())
/// });
/// # let _ = handler;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct MessageRefusal {
    status: u16,
    code: Cow<'static, str>,
}

impl MessageRefusal {
    /// The longest code, in bytes.
    pub const MAX_CODE_BYTES: usize = 64;

    /// With a code for the client's program: `{"error":"CODE"}` over HTTP, with the status 422. One that is too long
    /// is cut off.
    pub const fn new(code: &'static str) -> Self {
        let mut end = code.len();
        while end > Self::MAX_CODE_BYTES || !code.is_char_boundary(end) {
            end -= 1;
        }
        let (code, _) = code.split_at(end);
        Self {
            status: 422,
            code: Cow::Borrowed(code),
        }
    }

    /// With another status, from 400 to 499; any other counts as 422.
    pub const fn with_status(mut self, status: u16) -> Self {
        self.status = match status {
            400..=499 => status,
            _ => 422,
        };
        self
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The status over HTTP.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    #[cfg(feature = "service")]
    pub(crate) fn into_code(self) -> Cow<'static, str> {
        self.code
    }

    pub(super) fn put(&self, bytes: &mut BytesMut) {
        bytes.put_u16(self.status);
        bytes.put_slice(self.code.as_bytes());
    }

    /// `None` if it is none of ours.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (status, code) = bytes.split_first_chunk()?;
        let code = core::str::from_utf8(code).ok()?.to_owned();
        let refusal = Self {
            status: 422,
            code: Cow::Owned(code),
        };
        Some(refusal.with_status(u16::from_be_bytes(*status)))
    }
}

impl fmt::Display for MessageRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the message is refused: {}", self.code)
    }
}

impl Error for MessageRefusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_as_it_was() {
        for status in [0, 200, 399, 400, 422, 499, 500, u16::MAX] {
            let refusal = MessageRefusal::new("bad-move").with_status(status);
            assert!((400..=499).contains(&refusal.status()));
            let mut bytes = BytesMut::new();
            refusal.put(&mut bytes);
            assert_eq!(MessageRefusal::from_bytes(&bytes), Some(refusal));
        }
        assert_eq!(MessageRefusal::from_bytes(&[1]), None);
        assert_eq!(MessageRefusal::from_bytes(&[1, 1, 0xff]), None);
    }

    #[test]
    fn a_code_that_is_too_long_is_cut_between_characters() {
        const CODE: &str = "xäääääääääääääääääääääääääääääääääääääääää";
        let refusal = MessageRefusal::new(CODE);
        assert_eq!(refusal.code().len(), 63);
        assert_eq!(refusal.to_string().len(), 63 + 24);
    }
}
