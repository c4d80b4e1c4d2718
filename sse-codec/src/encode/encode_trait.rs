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

    fn to_frame(&self) -> EncodedFrame {
        self.wire().to_frame()
    }
}

impl<'a> EventRef<'a> {
    #[inline]
    fn wire(&self) -> Wire<'a> {
        Wire {
            id: self.id(),
            event_type: self.event_type,
            data: Some(self.data),
            ..Wire::EMPTY
        }
    }
}

impl Encode for Event {
    fn encoded_len(&self) -> usize {
        self.as_ref().encoded_len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        self.as_ref().encode(dst);
    }

    fn to_frame(&self) -> EncodedFrame {
        self.as_ref().to_frame()
    }
}

impl ItemRef<'_> {
    fn wire(&self) -> Wire<'_> {
        match self {
            Self::Event(event) => event.wire(),
            Self::Retry(time) => Wire {
                retry: Some(*time),
                ..Wire::EMPTY
            },
            Self::Comment(text) => Wire {
                comment: Some(text),
                ..Wire::EMPTY
            },
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

    fn to_frame(&self) -> EncodedFrame {
        self.wire().to_frame()
    }
}

impl Encode for Item {
    fn encoded_len(&self) -> usize {
        self.as_ref().encoded_len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        self.as_ref().encode(dst);
    }

    fn to_frame(&self) -> EncodedFrame {
        self.as_ref().to_frame()
    }
}
