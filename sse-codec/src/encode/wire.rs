//! The fields of one block, as they go over the wire.

use core::time::Duration;

use bytes::BytesMut;

use super::{EncodedFrame, block::Block};

/// The fields of one block, in the order in which they are written: the id before the data, so
/// that a client which has to drop an event over a limit still knows which one it was.
///
/// Its methods are inlined where an event is encoded, down to the choice of a function for the
/// fields that are there. What an event most often has goes to that function in registers, and
/// not by way of memory.
pub(super) struct Wire<'a> {
    pub(super) comment: Option<&'a str>,
    pub(super) retry: Option<Duration>,
    /// Without CR, LF and U+0000.
    pub(super) id: Option<&'a str>,
    /// Without CR and LF. Empty is the default one, which is not written.
    pub(super) event_type: &'a str,
    pub(super) data: Option<&'a str>,
}

impl Wire<'_> {
    /// A block without any field.
    pub(super) const EMPTY: Self = Self {
        comment: None,
        retry: None,
        id: None,
        event_type: "",
        data: None,
    };

    pub(super) fn encoded_len(&self) -> usize {
        Block::new(self).encoded_len()
    }

    /// Reserves the exact length and writes the block with the blank line that ends it.
    #[inline(always)]
    pub(super) fn write(&self, dst: &mut BytesMut) {
        match *self {
            Self {
                comment: None,
                retry: None,
                id,
                event_type,
                data: Some(data),
            } => write_event(dst, id, event_type, data),
            _ => write_block(dst, self),
        }
    }

    /// The block in one allocation of the exact length.
    #[inline(always)]
    pub(super) fn to_frame(&self) -> EncodedFrame {
        match *self {
            Self {
                comment: None,
                retry: None,
                id,
                event_type,
                data: Some(data),
            } => event_to_frame(id, event_type, data),
            _ => block_to_frame(self),
        }
    }

    /// Says which event it was that could not be written.
    #[cfg(feature = "serde")]
    pub(super) fn json_error(&self, source: serde_json::Error) -> crate::item::JsonError {
        let event_type = match self.event_type {
            "" => "message",
            event_type => event_type,
        };
        crate::item::JsonError::writing(event_type, self.id.unwrap_or_default(), source)
    }
}

impl<'a> Wire<'a> {
    #[inline(always)]
    const fn event(id: Option<&'a str>, event_type: &'a str, data: &'a str) -> Self {
        Self {
            id,
            event_type,
            data: Some(data),
            ..Self::EMPTY
        }
    }
}

#[inline(never)]
fn write_event(dst: &mut BytesMut, id: Option<&str>, event_type: &str, data: &str) {
    Block::new(&Wire::event(id, event_type, data)).write(dst);
}

#[inline(never)]
fn event_to_frame(id: Option<&str>, event_type: &str, data: &str) -> EncodedFrame {
    Block::new(&Wire::event(id, event_type, data)).to_frame()
}

#[inline(never)]
fn write_block(dst: &mut BytesMut, wire: &Wire<'_>) {
    Block::new(wire).write(dst);
}

#[inline(never)]
fn block_to_frame(wire: &Wire<'_>) -> EncodedFrame {
    Block::new(wire).to_frame()
}
