//! The bytes of one channel's position.

use bytes::BufMut;

use super::ChannelLabel;
use crate::store::Position;

/// The most bytes of an entry.
pub(super) const MAX_LENGTH: usize = ChannelLabel::LENGTH + 8 + MAX_VARINT + 4;
/// 64 bits, seven in each.
const MAX_VARINT: usize = 10;

pub(super) type Entry = (ChannelLabel, Position);

/// `out` has [`MAX_LENGTH`] bytes left.
pub(super) fn put(out: &mut impl BufMut, (label, position): &Entry) {
    out.put_slice(&label.bytes);
    out.put_u64(position.epoch);
    let mut rest = position.offset;
    while rest > 0x7f {
        out.put_u8(0x80 | (rest & 0x7f) as u8);
        rest >>= 7;
    }
    out.put_u8(rest as u8);
    out.put_u32(position.tag);
}

/// The first entry, and what is behind it.
pub(super) fn take(bytes: &[u8]) -> Option<(Entry, &[u8])> {
    let (label, bytes) = bytes.split_first_chunk()?;
    let (epoch, bytes) = bytes.split_first_chunk()?;
    let (offset, bytes) = take_varint(bytes)?;
    let (tag, bytes) = bytes.split_first_chunk()?;
    let position = Position {
        epoch: u64::from_be_bytes(*epoch),
        offset,
        tag: u32::from_be_bytes(*tag),
    };
    Some(((ChannelLabel { bytes: *label }, position), bytes))
}

/// Only as [`put`] writes it, the shortest way.
fn take_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (index, &byte) in bytes.iter().take(MAX_VARINT).enumerate() {
        let (seven, shift) = (u64::from(byte & 0x7f), 7 * index as u32);
        if (seven << shift) >> shift != seven {
            return None;
        }
        number |= seven << shift;
        if byte & 0x80 == 0 {
            let shortest = byte != 0 || index == 0;
            return shortest.then_some((number, &bytes[index + 1..]));
        }
    }
    None
}
