//! One block of an event stream, as it goes over the wire: the order of its fields, its exact
//! length, its bytes.

use core::time::Duration;

use bytes::BytesMut;

use super::text_lines::TextLines;

/// The fields of one block, in the order in which they are written: the id before the data, so
/// that a client which has to drop an event over a limit still knows which one it was.
pub(super) struct Wire<'a> {
    comment: Option<TextLines<'a>>,
    retry: Option<Duration>,
    id: Option<&'a str>,
    event_type: Option<&'a str>,
    data: Option<TextLines<'a>>,
}

impl<'a> Wire<'a> {
    /// A block without any field.
    pub(super) const EMPTY: Self = Self {
        comment: None,
        retry: None,
        id: None,
        event_type: None,
        data: None,
    };

    pub(super) fn comment(mut self, text: Option<&'a str>) -> Self {
        self.comment = text.map(|text| TextLines::new(": ", text));
        self
    }

    pub(super) const fn retry(mut self, time: Option<Duration>) -> Self {
        self.retry = time;
        self
    }

    /// An id without CR, LF and U+0000.
    pub(super) const fn id(mut self, id: Option<&'a str>) -> Self {
        self.id = id;
        self
    }

    /// An event type without CR and LF. The default one is not written.
    pub(super) fn event_type(mut self, event_type: &'a str) -> Self {
        self.event_type = (!matches!(event_type, "" | "message")).then_some(event_type);
        self
    }

    #[inline]
    pub(super) fn data(mut self, text: &'a str) -> Self {
        self.data = Some(TextLines::new("data: ", text));
        self
    }

    #[inline]
    pub(super) fn encoded_len(&self) -> usize {
        let lines =
            |lines: &Option<TextLines<'_>>| lines.as_ref().map_or(0, TextLines::encoded_len);
        let field = |name: &str, value: Option<&str>| value.map_or(0, |v| name.len() + v.len() + 1);
        lines(&self.comment)
            + self
                .retry
                .map_or(0, |time| "retry: ".len() + digits(milliseconds(time)) + 1)
            + field("id: ", self.id)
            + field("event: ", self.event_type)
            + lines(&self.data)
            + 1
    }

    /// Reserves the exact length and writes the block with the blank line that ends it.
    #[inline]
    pub(super) fn write(&self, dst: &mut BytesMut) {
        dst.reserve(self.encoded_len());
        self.write_head(dst);
        if let Some(data) = &self.data {
            data.write(dst);
        }
        dst.extend_from_slice(b"\n");
    }

    /// Says which event it was that could not be written.
    #[cfg(feature = "serde")]
    pub(super) fn json_error(&self, source: serde_json::Error) -> crate::item::JsonError {
        let event_type = self.event_type.unwrap_or("message");
        crate::item::JsonError::writing(event_type, self.id.unwrap_or_default(), source)
    }

    /// All that comes before the data.
    #[inline]
    pub(super) fn write_head(&self, dst: &mut BytesMut) {
        if let Some(comment) = &self.comment {
            comment.write(dst);
        }
        if let Some(time) = self.retry {
            dst.extend_from_slice(b"retry: ");
            write_decimal(milliseconds(time), dst);
            dst.extend_from_slice(b"\n");
        }
        if let Some(id) = self.id {
            dst.extend_from_slice(b"id: ");
            dst.extend_from_slice(id.as_bytes());
            dst.extend_from_slice(b"\n");
        }
        if let Some(event_type) = self.event_type {
            dst.extend_from_slice(b"event: ");
            dst.extend_from_slice(event_type.as_bytes());
            dst.extend_from_slice(b"\n");
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

fn write_decimal(mut number: u64, dst: &mut BytesMut) {
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
    dst.extend_from_slice(text.get(20 - length..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_exact_for_every_field() {
        for retry in [0, 9, 10, 99, 100, 3000, u64::MAX - 1, u64::MAX] {
            let wire = Wire::EMPTY
                .comment(Some("two\nlines"))
                .retry(Some(Duration::from_millis(retry)))
                .id(Some("7"))
                .event_type("stats")
                .data("a\r\nb");
            let mut dst = BytesMut::new();
            wire.write(&mut dst);
            assert_eq!(dst.len(), wire.encoded_len());
            let expected = alloc::format!(
                ": two\n: lines\nretry: {retry}\nid: 7\nevent: stats\ndata: a\ndata: b\n\n"
            );
            assert_eq!(dst, expected.as_bytes());
        }
    }

    #[test]
    fn a_reconnection_time_saturates() {
        assert_eq!(milliseconds(Duration::MAX), u64::MAX);
        assert_eq!(milliseconds(Duration::from_micros(1999)), 1);
    }
}
