//! What a crate must offer to be measured at encoding.

use std::sync::Arc;

use bytes::BytesMut;

use crate::message::Message;

/// Where encoded bytes go.
pub trait Output {
    /// Some whole events.
    fn put(&mut self, bytes: &[u8]);
}

/// For timed runs: counts.
#[derive(Debug, Default)]
pub struct Count {
    /// How many bytes were encoded.
    pub bytes: usize,
}

impl Output for Count {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.bytes += core::hint::black_box(bytes).len();
    }
}

impl Output for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// How an encoder gives its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Appends to a buffer of the caller's, which is reused.
    Buffer,
    /// Each event in `Bytes` of its own.
    Frame,
}

/// An adapter: drives one public way to encode of one crate.
pub trait Encode: Sync {
    /// The name of the crate in tables.
    const NAME: &'static str;
    /// The version measured.
    const VERSION: &'static str;
    /// How it gives its bytes.
    const WAY: Way;

    /// Encodes all messages.
    fn encode(messages: &Arc<[Message]>, output: &mut impl Output);
}

/// An adapter as a value, for lists.
pub trait Encoder: Sync {
    /// The name of the crate in tables.
    fn name(&self) -> &'static str;
    /// The version measured.
    fn version(&self) -> &'static str;
    /// How it gives its bytes.
    fn way(&self) -> Way;
    /// What is timed.
    fn count(&self, messages: &Arc<[Message]>) -> Count;
    /// What is compared: all bytes.
    fn bytes(&self, messages: &Arc<[Message]>) -> Vec<u8>;
}

/// Makes an [`Encoder`] of an adapter.
#[derive(Debug)]
pub struct Adapter<E>(pub E);

impl<E: Encode> Encoder for Adapter<E> {
    fn name(&self) -> &'static str {
        E::NAME
    }

    fn version(&self) -> &'static str {
        E::VERSION
    }

    fn way(&self) -> Way {
        E::WAY
    }

    fn count(&self, messages: &Arc<[Message]>) -> Count {
        let mut count = Count::default();
        E::encode(messages, &mut count);
        count
    }

    fn bytes(&self, messages: &Arc<[Message]>) -> Vec<u8> {
        let mut bytes = Vec::new();
        E::encode(messages, &mut bytes);
        bytes
    }
}

/// Encodes each message into one buffer, which is put out and emptied as a connection would do:
/// when it has some 16 KiB.
#[inline]
pub(crate) fn through_buffer(
    messages: &[Message],
    output: &mut impl Output,
    mut encode: impl FnMut(&Message, &mut BytesMut),
) {
    const FLUSH_BYTES: usize = 16 << 10;
    let mut buffer = BytesMut::with_capacity(2 * FLUSH_BYTES);
    for message in messages {
        encode(message, &mut buffer);
        if buffer.len() >= FLUSH_BYTES {
            output.put(&buffer);
            buffer.clear();
        }
    }
    output.put(&buffer);
}
