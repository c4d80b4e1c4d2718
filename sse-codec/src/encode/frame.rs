//! Encoded once, sent to many.

use core::fmt;

use bytes::{Bytes, BytesMut};

use super::Encode;

/// Items of an event stream as the bytes that go over the wire, frozen.
///
/// Cloning costs a reference count: encode an event once, and give the frame to any number of
/// connections. A frame always ends with a blank line, so frames can follow each other in any
/// order.
///
/// ```
/// use sse_codec::{Encode, Event};
///
/// let frame = Event::builder("hello").to_frame();
/// let also_sent_elsewhere = frame.clone();
/// assert_eq!(frame.into_bytes(), "data: hello\n\n");
/// # let _ = also_sent_elsewhere;
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EncodedFrame {
    bytes: Bytes,
}

impl EncodedFrame {
    pub(super) const fn new(bytes: Bytes) -> Self {
        Self { bytes }
    }

    /// The encoded bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The encoded bytes, shared.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

impl Encode for EncodedFrame {
    fn encoded_len(&self) -> usize {
        self.bytes.len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        dst.extend_from_slice(&self.bytes);
    }

    fn to_frame(&self) -> EncodedFrame {
        self.clone()
    }
}

impl AsRef<[u8]> for EncodedFrame {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl From<EncodedFrame> for Bytes {
    fn from(frame: EncodedFrame) -> Self {
        frame.bytes
    }
}

impl PartialEq<str> for EncodedFrame {
    fn eq(&self, other: &str) -> bool {
        self.bytes == other.as_bytes()
    }
}

impl PartialEq<&str> for EncodedFrame {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Debug for EncodedFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EncodedFrame").field(&self.bytes).finish()
    }
}
