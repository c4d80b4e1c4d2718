//! Whose streams are counted together.

use core::fmt;
use std::sync::Arc;

/// Whose streams are counted together: a user, an address, a tenant. Clones share the bytes.
///
/// Its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StreamKey {
    bytes: Arc<[u8]>,
}

impl StreamKey {
    /// How many bytes of a key count: 1,024.
    pub const MAX_BYTES: usize = 1024;

    /// A key of these bytes. Only the first [`MAX_BYTES`](Self::MAX_BYTES) of them count: longer ones
    /// that begin alike are the same key.
    #[must_use]
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        let counted = bytes.get(..Self::MAX_BYTES).unwrap_or(bytes);
        Self {
            bytes: Arc::from(counted),
        }
    }

    /// The bytes that count.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::StreamKey;

    #[test]
    fn its_debug_does_not_show_it() {
        assert_eq!(format!("{:?}", StreamKey::new("alice")), "StreamKey(..)");
    }

    #[test]
    fn the_first_kibibyte_counts() {
        let long = vec![b'a'; StreamKey::MAX_BYTES];
        let longer = [long.clone(), vec![b'b'; 5]].concat();
        assert_eq!(StreamKey::new(&longer), StreamKey::new(&long));
        assert_ne!(StreamKey::new(&long[1..]), StreamKey::new(&long));
        assert_eq!(StreamKey::new("alice").as_bytes(), b"alice");
    }
}
