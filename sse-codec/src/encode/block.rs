//! One block of an event stream with its exact length, and its bytes.

use alloc::vec::Vec;
use core::time::Duration;

use bytes::{Bytes, BytesMut};

use super::{EncodedFrame, output::Output, text_lines::TextLines, wire::Wire};

/// A block whose texts have been looked through for line ends.
///
/// All of this is inlined into the few functions of [`Wire`], so that fields which are known not
/// to be there cost nothing.
pub(super) struct Block<'a> {
    comment: Option<TextLines<'a, 2>>,
    retry: Option<u64>,
    id: Option<&'a str>,
    event_type: Option<&'a str>,
    data: Option<TextLines<'a, 6>>,
}

impl<'a> Block<'a> {
    #[inline(always)]
    pub(super) fn new(wire: &Wire<'a>) -> Self {
        let event_type = wire.event_type;
        Self {
            comment: wire
                .comment
                .map(|text| TextLines::new(b": ", text.as_bytes())),
            retry: wire.retry.map(milliseconds),
            id: wire.id,
            event_type: (!matches!(event_type, "" | "message")).then_some(event_type),
            data: wire
                .data
                .map(|text| TextLines::new(b"data: ", text.as_bytes())),
        }
    }

    #[inline(always)]
    pub(super) fn encoded_len(&self) -> usize {
        let field = |name: &str, value: Option<&str>| value.map_or(0, |v| name.len() + v.len() + 1);
        self.comment.as_ref().map_or(0, TextLines::encoded_len)
            + self
                .retry
                .map_or(0, |time| "retry: ".len() + digits(time) + 1)
            + field("id: ", self.id)
            + field("event: ", self.event_type)
            + self.data.as_ref().map_or(0, TextLines::encoded_len)
            + 1
    }

    /// Reserves the exact length and writes the block with the blank line that ends it.
    #[inline(always)]
    pub(super) fn write(&self, dst: &mut BytesMut) {
        dst.reserve(self.encoded_len());
        self.put(dst);
    }

    /// The block in one allocation of the exact length.
    #[inline(always)]
    pub(super) fn to_frame(&self) -> EncodedFrame {
        let mut block = Vec::with_capacity(self.encoded_len());
        self.put(&mut block);
        EncodedFrame::new(Bytes::from(block))
    }

    #[inline(always)]
    fn put(&self, dst: &mut impl Output) {
        self.put_head(dst);
        match &self.data {
            Some(data) => data.put(b"\n\n", dst),
            None => dst.put(b"\n"),
        }
    }

    /// All that comes before the data.
    #[inline(always)]
    pub(super) fn put_head(&self, dst: &mut impl Output) {
        if let Some(comment) = &self.comment {
            comment.put(b"\n", dst);
        }
        if let Some(time) = self.retry {
            dst.put(b"retry: ");
            put_decimal(time, dst);
            dst.put(b"\n");
        }
        if let Some(id) = self.id {
            dst.put(b"id: ");
            dst.put(id.as_bytes());
            dst.put(b"\n");
        }
        if let Some(event_type) = self.event_type {
            dst.put(b"event: ");
            dst.put(event_type.as_bytes());
            dst.put(b"\n");
        }
    }
}

/// Whole milliseconds; what is more than a `u64` holds is its maximum.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn digits(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

fn put_decimal(mut number: u64, dst: &mut impl Output) {
    let mut text = [b'0'; 20];
    let mut length = 0;
    for slot in text.iter_mut().rev() {
        *slot = b'0' + (number % 10) as u8;
        number /= 10;
        length += 1;
        if number == 0 {
            break;
        }
    }
    dst.put(text.get(20 - length..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_exact_for_every_field() {
        for retry in [0, 9, 10, 99, 100, 3000, u64::MAX - 1, u64::MAX] {
            let wire = Wire {
                comment: Some("two\nlines"),
                retry: Some(Duration::from_millis(retry)),
                id: Some("7"),
                event_type: "stats",
                data: Some("a\r\nb"),
            };
            let mut dst = BytesMut::new();
            wire.write(&mut dst);
            assert_eq!(dst.len(), wire.encoded_len());
            let expected = alloc::format!(
                ": two\n: lines\nretry: {retry}\nid: 7\nevent: stats\ndata: a\ndata: b\n\n"
            );
            assert_eq!(dst, expected.as_bytes());
            assert_eq!(wire.to_frame(), &*expected);
        }
    }

    #[test]
    fn a_reconnection_time_saturates() {
        assert_eq!(milliseconds(Duration::MAX), u64::MAX);
        assert_eq!(milliseconds(Duration::from_micros(1999)), 1);
    }
}
