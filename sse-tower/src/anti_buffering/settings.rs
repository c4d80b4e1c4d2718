//! What is done against buffering.

use bytes::{BufMut, Bytes, BytesMut};

/// What is done against buffering: headers always, padding on request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct AntiBuffering {
    padding: Bytes,
}

impl AntiBuffering {
    /// The headers, without padding.
    pub const fn new() -> Self {
        Self {
            padding: Bytes::new(),
        }
    }

    /// Sends a comment of so many bytes first; 2048 is what such proxies and clients wait for.
    /// 0 is none; at least 3, and up to 64 KiB.
    pub fn with_padding_bytes(mut self, bytes: usize) -> Self {
        self.padding = padding(bytes);
        self
    }

    pub(crate) fn padding(&self) -> Bytes {
        self.padding.clone()
    }
}

fn padding(bytes: usize) -> Bytes {
    if bytes == 0 {
        return Bytes::new();
    }
    let bytes = bytes.clamp(3, 64 * 1024);
    let mut comment = BytesMut::with_capacity(bytes);
    comment.put_u8(b':');
    comment.put_bytes(b' ', bytes - 3);
    comment.put_slice(b"\n\n");
    comment.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_one_comment_of_that_length() {
        for (asked, given) in [(0, 0), (1, 3), (3, 3), (2048, 2048), (1 << 30, 64 * 1024)] {
            let padding = AntiBuffering::new().with_padding_bytes(asked).padding();
            assert_eq!(padding.len(), given);
            assert!(padding.is_empty() || padding.starts_with(b":") && padding.ends_with(b"\n\n"));
        }
    }
}
