//! What can be written to an event stream.

use bytes::BytesMut;

use super::{EncodedFrame, wire::Wire};
use crate::{Event, EventRef, Item, ItemRef};

/// What can be written to an event stream.
///
/// Writing cannot fail and cannot be injected into: whatever the data and comments are, what is
/// written is one whole block, up to and including its blank line.
pub trait Encode {
    /// The exact number of bytes that [`Encode::encode`] writes.
    fn encoded_len(&self) -> usize;

    /// Appends the encoded bytes to `dst`, with at most one reservation.
    fn encode(&self, dst: &mut BytesMut);

    /// The encoded bytes, frozen, in one allocation of their exact length.
    fn to_frame(&self) -> EncodedFrame {
        let mut dst = BytesMut::new();
        self.encode(&mut dst);
        EncodedFrame::new(dst.freeze())
    }
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encoded_len(&self) -> usize {
        (**self).encoded_len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        (**self).encode(dst);
    }

    fn to_frame(&self) -> EncodedFrame {
        (**self).to_frame()
    }
}

/// Writes an `id` field only where the event has an id of its own, so that a stream that is
/// decoded and encoded again means the same.
impl Encode for EventRef<'_> {
    fn encoded_len(&self) -> usize {
        self.wire().encoded_len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        self.wire().write(dst);
    }
}

impl<'a> EventRef<'a> {
    #[inline]
    fn wire(&self) -> Wire<'a> {
        Wire::EMPTY
            .id(self.id())
            .event_type(self.event_type)
            .data(self.data)
    }
}

impl Encode for Event {
    fn encoded_len(&self) -> usize {
        self.as_ref().encoded_len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        self.as_ref().encode(dst);
    }
}

impl ItemRef<'_> {
    fn wire(&self) -> Wire<'_> {
        match self {
            Self::Event(event) => event.wire(),
            Self::Retry(time) => Wire::EMPTY.retry(Some(*time)),
            Self::Comment(text) => Wire::EMPTY.comment(Some(text)),
        }
    }
}

impl Encode for ItemRef<'_> {
    fn encoded_len(&self) -> usize {
        self.wire().encoded_len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        self.wire().write(dst);
    }
}

impl Encode for Item {
    fn encoded_len(&self) -> usize {
        self.as_ref().encoded_len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        self.as_ref().encode(dst);
    }
}
