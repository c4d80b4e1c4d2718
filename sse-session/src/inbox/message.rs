//! What a client sends.

use core::fmt;

use bytes::Bytes;

use super::ClientKey;

/// What a client sends: a body, with what it says of it.
///
/// ```
/// use sse_session::inbox::{ClientKey, Message};
///
/// let message = Message::new(r#"{"move":"e4"}"#)
///     .with_content_type("application/json")
///     .with_key(ClientKey::try_from("move-1")?);
/// # let _ = message;
/// # Ok::<(), sse_session::inbox::InvalidClientKey>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Message {
    pub(super) body: Bytes,
    pub(super) content_type: Bytes,
    pub(super) key: Option<ClientKey>,
}

impl Message {
    /// A message that is another one each time that it is sent.
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            content_type: Bytes::new(),
            key: None,
        }
    }

    /// By this it is the same one when it is sent again: the first one counts, whatever the second one's body is.
    pub fn with_key(mut self, key: ClientKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Of this media type, for the handler. One of more than 255 bytes is left out.
    pub fn with_content_type(mut self, content_type: &str) -> Self {
        self.content_type = match content_type.len() {
            0..=255 => Bytes::copy_from_slice(content_type.as_bytes()),
            _ => Bytes::new(),
        };
        self
    }
}

/// Without what the client sends.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
