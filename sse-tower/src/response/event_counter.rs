//! How many events a stream has brought so far.

use memchr::memchr2_iter;

use crate::byte_order_mark::BYTE_ORDER_MARK;

/// Counts the events that a client dispatches: blocks that have data and are ended by a blank line.
/// Looks at the first bytes of each line only, and searches its end.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct EventCounter {
    line: Line,
    /// The block has a data field.
    has_data: bool,
    /// The last byte was a CR, so that a LF belongs to it.
    after_cr: bool,
}

/// What is known of the line that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// The first one, which has so many bytes of a BOM and no others.
    Mark(u8),
    /// It began with so many bytes of the name, and has no others.
    Name(u8),
    /// It is a data field.
    Data,
    /// It is something else.
    Other,
}

impl Default for Line {
    fn default() -> Self {
        Self::Mark(0)
    }
}

const NAME: &[u8; 4] = b"data";

impl EventCounter {
    /// How many events end in this chunk.
    pub(super) fn push(&mut self, chunk: &[u8]) -> usize {
        let (mut events, mut start) = (0, 0);
        for end in memchr2_iter(b'\r', b'\n', chunk) {
            let line = chunk.get(start..end).unwrap_or_default();
            let is_line_feed = chunk.get(end) == Some(&b'\n');
            start = end + 1;
            // The LF of a CRLF, also of one that two chunks share.
            if core::mem::replace(&mut self.after_cr, !is_line_feed)
                && is_line_feed
                && line.is_empty()
            {
                continue;
            }
            self.line = self.line.with(line);
            events += usize::from(self.end_line());
        }
        let rest = chunk.get(start..).unwrap_or_default();
        if !rest.is_empty() {
            self.after_cr = false;
            self.line = self.line.with(rest);
        }
        events
    }

    /// A line ends. Whether an event does.
    fn end_line(&mut self) -> bool {
        match core::mem::replace(&mut self.line, Line::Name(0)) {
            Line::Mark(0) | Line::Name(0) => core::mem::take(&mut self.has_data),
            Line::Name(4) | Line::Data => {
                self.has_data = true;
                false
            }
            Line::Mark(_) | Line::Name(_) | Line::Other => false,
        }
    }
}

impl Line {
    /// What is known when these bytes, of which none ends a line, come behind it.
    fn with(self, bytes: &[u8]) -> Self {
        let mut known = self;
        for byte in bytes {
            known = match known {
                Self::Data | Self::Other => return known,
                Self::Mark(seen) if BYTE_ORDER_MARK.get(usize::from(seen)) == Some(byte) => {
                    if seen == 2 {
                        Self::Name(0)
                    } else {
                        Self::Mark(seen + 1)
                    }
                }
                Self::Mark(1..) => Self::Other,
                Self::Name(4) if *byte == b':' => Self::Data,
                Self::Mark(_) if *byte == b'd' => Self::Name(1),
                Self::Name(seen) if NAME.get(usize::from(seen)) == Some(byte) => {
                    Self::Name(seen + 1)
                }
                Self::Mark(_) | Self::Name(_) => Self::Other,
            };
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sse_codec::{Decoder, ItemRef};

    fn decoded(stream: &[u8]) -> usize {
        let (mut decoder, mut chunk, mut events) = (Decoder::new(), stream, 0);
        while let Some(item) = decoder.decode(&mut chunk).unwrap() {
            events += usize::from(matches!(item, ItemRef::Event(_)));
        }
        events
    }

    /// Streams of up to six pieces, in chunks of every length.
    #[test]
    fn it_counts_what_the_decoder_dispatches() {
        let pieces = ["data", ":", "\r", "\n", "da", "\u{feff}"];
        for length in 0..=6_u32 {
            for number in 0..pieces.len().pow(length) {
                let stream: String = (0..length)
                    .map(|place| pieces[number / pieces.len().pow(place) % pieces.len()])
                    .collect();
                let expected = decoded(stream.as_bytes());
                for size in [1, 2, 3, 64] {
                    let mut counter = EventCounter::default();
                    let counted: usize = stream
                        .as_bytes()
                        .chunks(size)
                        .map(|chunk| counter.push(chunk))
                        .sum();
                    assert_eq!(counted, expected, "{stream:?} by {size}");
                }
            }
        }
    }
}
