//! How many events a stream has brought so far.

use memchr::memchr2;

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
    /// Whatever it is, only its end matters.
    Decided,
}

impl Default for Line {
    fn default() -> Self {
        Self::Mark(0)
    }
}

const NAME: &[u8; 4] = b"data";

impl EventCounter {
    /// How many events end in this chunk.
    pub(super) fn push(&mut self, mut chunk: &[u8]) -> usize {
        let mut events = 0;
        while let [first, rest @ ..] = chunk {
            chunk = match (self.line, *first) {
                (_, b'\n') if core::mem::take(&mut self.after_cr) => rest,
                (line, b'\r' | b'\n') => {
                    self.after_cr = *first == b'\r';
                    events += usize::from(self.end_line(line));
                    rest
                }
                (Line::Mark(seen), byte)
                    if BYTE_ORDER_MARK.get(usize::from(seen)) == Some(&byte) =>
                {
                    self.line = if seen == 2 {
                        Line::Name(0)
                    } else {
                        Line::Mark(seen + 1)
                    };
                    rest
                }
                (Line::Mark(0), _) => {
                    self.line = Line::Name(0);
                    continue;
                }
                (Line::Name(4), b':') => {
                    self.has_data = true;
                    self.line = Line::Decided;
                    rest
                }
                (Line::Name(seen), byte) if NAME.get(usize::from(seen)) == Some(&byte) => {
                    self.after_cr = false;
                    self.line = Line::Name(seen + 1);
                    rest
                }
                _ => {
                    self.after_cr = false;
                    self.line = Line::Decided;
                    let end = memchr2(b'\r', b'\n', chunk).unwrap_or(chunk.len());
                    chunk.get(end..).unwrap_or_default()
                }
            };
        }
        events
    }

    /// A line ends. Whether an event does.
    fn end_line(&mut self, line: Line) -> bool {
        self.line = Line::Name(0);
        match line {
            Line::Mark(0) | Line::Name(0) => core::mem::take(&mut self.has_data),
            Line::Name(4) => {
                self.has_data = true;
                false
            }
            Line::Mark(_) | Line::Name(_) | Line::Decided => false,
        }
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
