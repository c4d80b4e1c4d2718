//! A message as a store keeps it.

use bytes::{BufMut, Bytes, BytesMut};

/// The first byte of what is written; another one is of another version.
const VERSION: u8 = 1;

/// How long a message's number is.
pub(super) const NUMBER: usize = 16;

/// A message as a store keeps it: `version:1 | number:16 | length of the media type:1 | media type | body`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// By which it is the same one: made of the client's key, or random.
    pub(super) number: [u8; NUMBER],
    pub(super) content_type: Bytes,
    pub(super) body: Bytes,
}

impl Record {
    /// What is written besides the body, at most.
    pub(super) const MAX_OVERHEAD: usize = 2 + NUMBER + 255;

    pub(super) fn to_bytes(&self) -> Bytes {
        let length = u8::try_from(self.content_type.len()).unwrap_or(0);
        let mut bytes = BytesMut::with_capacity(Self::MAX_OVERHEAD + self.body.len());
        bytes.put_u8(VERSION);
        bytes.put_slice(&self.number);
        bytes.put_u8(length);
        if length > 0 {
            bytes.put_slice(&self.content_type);
        }
        bytes.put_slice(&self.body);
        bytes.freeze()
    }

    /// `None` if it is none of ours.
    pub(super) fn from_bytes(bytes: &Bytes) -> Option<Self> {
        let number = bytes.get(1..=NUMBER)?.try_into().ok()?;
        let content_type_at = 2 + NUMBER;
        let length = usize::from(*bytes.get(content_type_at - 1)?);
        let body_at = content_type_at + length;
        (bytes.first() == Some(&VERSION) && body_at <= bytes.len()).then(|| Self {
            number,
            content_type: bytes.slice(content_type_at..body_at),
            body: bytes.slice(body_at..),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_as_it_was_and_nothing_else_does() {
        for (content_type, body) in [("", ""), ("text/plain", "a"), (&"x".repeat(255), "body")] {
            let record = Record {
                number: [7; NUMBER],
                content_type: Bytes::copy_from_slice(content_type.as_bytes()),
                body: Bytes::copy_from_slice(body.as_bytes()),
            };
            let bytes = record.to_bytes();
            assert!(Record::from_bytes(&bytes).is_some_and(|back| back == record));
            for cut in 0..bytes.len() - body.len() {
                assert!(Record::from_bytes(&bytes.slice(..cut)).is_none(), "{cut}");
            }
        }
        let other = Bytes::from_static(&[2; 40]);
        assert!(Record::from_bytes(&other).is_none());
    }
}
