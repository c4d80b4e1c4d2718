//! A channel inside an id.

use core::fmt;

use sha2::{Digest, Sha256};

use super::signing_key::SigningKey;

/// A channel inside an id: a hash of its name. Made once per channel by
/// [`CursorCodec::label`](super::CursorCodec::label), then free to copy.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChannelLabel {
    pub(super) bytes: [u8; Self::LENGTH],
}

impl ChannelLabel {
    pub(super) const LENGTH: usize = 4;

    /// With a key, nobody without it can look for names that have the same label.
    pub(super) fn new(name: &str, key: Option<&SigningKey>) -> Self {
        let [a, b, c, d, ..] = match key {
            None => Sha256::digest(name).into(),
            Some(key) => key.hash_of_name(name),
        };
        Self {
            bytes: [a, b, c, d],
        }
    }
}

impl fmt::Debug for ChannelLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChannelLabel({:08x})", u32::from_be_bytes(self.bytes))
    }
}
