//! What encoded bytes are appended to.

use alloc::vec::Vec;

use bytes::BytesMut;

/// A buffer that grows: the caller's, or a frame's own.
///
/// `bytes::BufMut` would do, but its methods on `BytesMut` are calls where these are inlined.
pub(super) trait Output {
    fn put(&mut self, bytes: &[u8]);

    /// So many bytes more, to be written over.
    fn grow(&mut self, by: usize) -> &mut [u8];
}

impl Output for BytesMut {
    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn grow(&mut self, by: usize) -> &mut [u8] {
        let start = self.len();
        self.resize(start + by, 0);
        self.get_mut(start..).unwrap_or_default()
    }
}

impl Output for Vec<u8> {
    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn grow(&mut self, by: usize) -> &mut [u8] {
        let start = self.len();
        self.resize(start + by, 0);
        self.get_mut(start..).unwrap_or_default()
    }
}
