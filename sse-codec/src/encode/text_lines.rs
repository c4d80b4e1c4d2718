//! A text as lines of one field: split at CR LF, LF and CR.

use bytes::BytesMut;

use crate::line::find_line_end;

/// A text whose every line is written behind the same field name, with its length on the wire
/// known first.
pub(super) struct TextLines<'a> {
    /// The field name with its colon and the space that the decoder strips.
    prefix: &'static [u8],
    text: &'a [u8],
    /// Where the first line ends, if there is more than one.
    first_end: Option<usize>,
}

impl<'a> TextLines<'a> {
    #[inline]
    pub(super) fn new(prefix: &'static str, text: &'a str) -> Self {
        let text = text.as_bytes();
        Self {
            prefix: prefix.as_bytes(),
            text,
            first_end: find_line_end(text, 0),
        }
    }

    #[inline]
    pub(super) fn encoded_len(&self) -> usize {
        if self.first_end.is_none() {
            return self.prefix.len() + self.text.len() + 1;
        }
        Lines {
            rest: Some(self.text),
        }
        .map(|line| self.prefix.len() + line.len() + 1)
        .sum()
    }

    #[inline]
    pub(super) fn write(&self, dst: &mut BytesMut) {
        if self.first_end.is_none() {
            write_line(self.prefix, self.text, dst);
        } else {
            for line in (Lines {
                rest: Some(self.text),
            }) {
                write_line(self.prefix, line, dst);
            }
        }
    }
}

#[inline]
fn write_line(prefix: &[u8], line: &[u8], dst: &mut BytesMut) {
    dst.extend_from_slice(prefix);
    dst.extend_from_slice(line);
    dst.extend_from_slice(b"\n");
}

/// The lines of a text; a line end at the end of the text begins one more, empty line.
pub(super) struct Lines<'a> {
    pub(super) rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.rest.take()?;
        let Some((line, end)) = find_line_end(text, 0).and_then(|end| text.split_at_checked(end))
        else {
            return Some(text);
        };
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
    use alloc::vec::Vec;

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

    #[test]
    fn the_length_is_known_first() {
        for text in ["", "a", "a\n", "\r\n", "a\r\nb\rc\n\nd", "\u{e9}\n\u{e9}"] {
            let lines = TextLines::new("data: ", text);
            let mut dst = BytesMut::new();
            lines.write(&mut dst);
            assert_eq!(dst.len(), lines.encoded_len(), "{text:?}");
        }
    }
}
