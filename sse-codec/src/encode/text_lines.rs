//! A text as lines of one field: split at CR LF, LF and CR.

use super::{
    line_ends::{BLOCK, for_each_line_feed, has_line_end},
    output::Output,
};
use crate::line::{count_line_feeds, find_line_end};

/// The longest field name with its colon and space.
const MAX_PREFIX: usize = 8;

/// Room for a prefix and a block, asked for at once.
const ROOM: usize = MAX_PREFIX + BLOCK;

/// A text whose every line is written behind the same field name, with its length on the wire
/// known first.
#[derive(Clone, Copy)]
pub(super) struct TextLines<'a, const N: usize> {
    /// The field name with its colon and the space that the decoder strips.
    prefix: &'static [u8; N],
    text: &'a [u8],
    several: Option<SeveralLines>,
}

impl<'a, const N: usize> TextLines<'a, N> {
    #[inline(always)]
    pub(super) fn new(prefix: &'static [u8; N], text: &'a [u8]) -> Self {
        Self {
            prefix,
            text,
            several: has_line_end(text).then(|| SeveralLines::new(N, text)),
        }
    }

    #[inline(always)]
    pub(super) fn encoded_len(&self) -> usize {
        let one = N + self.text.len() + 1;
        self.several.map_or(one, |several| several.encoded_len)
    }

    /// Puts the lines, and `end` behind the last one: its line end with what comes next.
    #[inline(always)]
    pub(super) fn put(&self, end: &[u8], dst: &mut impl Output) {
        if let Some(several) = self.several {
            several.put(self.prefix, self.text, dst);
        } else {
            dst.put(self.prefix);
            dst.put(self.text);
        }
        dst.put(end);
    }
}

/// What is known of a text that has line ends.
#[derive(Clone, Copy)]
struct SeveralLines {
    encoded_len: usize,
    /// Not all line ends are LF.
    mixed: bool,
}

impl SeveralLines {
    #[inline(never)]
    fn new(prefix: usize, text: &[u8]) -> Self {
        let line_feeds = count_line_feeds(text);
        let encoded_len = match line_feeds {
            Some(line_feeds) => text.len() + 1 + prefix * (line_feeds + 1),
            None => {
                let lines = Lines { rest: Some(text) };
                lines.map(|line| prefix + line.len() + 1).sum()
            }
        };
        Self {
            encoded_len,
            mixed: line_feeds.is_none(),
        }
    }

    /// Puts all but the last line end.
    #[inline(never)]
    fn put<const N: usize>(self, prefix: &[u8; N], text: &[u8], dst: &mut impl Output) {
        if self.mixed {
            for (nth, line) in (Lines { rest: Some(text) }).enumerate() {
                if nth > 0 {
                    dst.put(b"\n");
                }
                dst.put(prefix);
                dst.put(line);
            }
            return;
        }
        let mut lines = PutLines {
            dst: dst.grow(self.encoded_len - 1),
            length: 0,
        };
        let mut start = 0;
        for_each_line_feed(text, |line_feed| {
            lines.put(prefix, text, start, line_feed + 1);
            start = line_feed + 1;
        });
        lines.put(prefix, text, start, text.len());
    }
}

/// Writes lines into what they were given as room. Keeps count itself: a buffer that is asked to
/// append each piece loads and stores its length each time.
struct PutLines<'a> {
    dst: &'a mut [u8],
    length: usize,
}

impl PutLines<'_> {
    /// Puts the prefix and this part of the text, a line with its line end. Where there is room
    /// for it, a short one is copied as a block, which needs no call; what comes next goes over
    /// what was too much.
    #[inline(always)]
    fn put<const N: usize>(&mut self, prefix: &[u8; N], text: &[u8], start: usize, end: usize) {
        const { assert!(N <= MAX_PREFIX) };
        let room = self.dst.get_mut(self.length..).unwrap_or_default();
        let line_len = end - start;
        self.length += N + line_len;
        if line_len <= BLOCK {
            let block = text.get(start..).and_then(<[u8]>::first_chunk::<BLOCK>);
            if let (Some(block), Some(room)) = (block, room.first_chunk_mut::<ROOM>()) {
                let (head, room) = room.split_at_mut(N);
                head.copy_from_slice(prefix);
                if let Some(room) = room.first_chunk_mut() {
                    *room = *block;
                }
                return;
            }
        }
        if let (Some((head, room)), Some(line)) =
            (room.split_first_chunk_mut(), text.get(start..end))
        {
            *head = *prefix;
            if let Some(room) = room.get_mut(..line_len) {
                room.copy_from_slice(line);
            }
        }
    }
}

/// The lines of a text; a line end at the end of the text begins one more, empty line.
pub(super) struct Lines<'a> {
    pub(super) rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.rest.take()?;
        let (line, end) = text.split_at_checked(find_line_end(text, 0))?;
        self.rest = match end {
            [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => Some(rest),
            [] => None,
        };
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::String, vec::Vec};
    use bytes::BytesMut;

    fn lines(text: &str) -> Vec<&str> {
        Lines {
            rest: Some(text.as_bytes()),
        }
        .map(|line| core::str::from_utf8(line).unwrap())
        .collect()
    }

    #[test]
    fn every_kind_of_line_end_splits() {
        assert_eq!(lines("a\nb\rc\r\nd"), ["a", "b", "c", "d"]);
        assert_eq!(lines("a\n\rb"), ["a", "", "b"]);
        assert_eq!(lines("\r\n\r\n"), ["", "", ""]);
    }

    #[test]
    fn empty_and_trailing_lines_stay() {
        assert_eq!(lines(""), [""]);
        assert_eq!(lines("a\n"), ["a", ""]);
        assert_eq!(lines("\r"), ["", ""]);
    }

    fn assert_encoded(text: &str) {
        let expected: String = lines(text)
            .iter()
            .map(|line| format!("data: {line}\n"))
            .collect();
        let lines = TextLines::new(b"data: ", text.as_bytes());
        let mut dst = BytesMut::from("before");
        lines.put(b"\n", &mut dst);
        assert_eq!(dst, format!("before{expected}"), "{text:?}");
        assert_eq!(lines.encoded_len(), expected.len(), "{text:?}");
    }

    #[test]
    fn the_length_is_known_first() {
        for text in ["", "a", "a\n", "\r\n", "a\r\nb\rc\n\nd", "\u{e9}\n\u{e9}"] {
            assert_encoded(text);
        }
    }

    #[test]
    fn lines_of_every_length_are_put() {
        for length in 0..150 {
            for line_end in ["\n", "\r\n", "\r"] {
                let line = format!("{}{line_end}", "x".repeat(length));
                assert_encoded(&line.repeat(9));
                assert_encoded(&format!("{line_end}{line}{line}{line_end}y"));
                assert_encoded(&format!("{line}{}", "y".repeat(150 - length)));
            }
        }
    }
}
