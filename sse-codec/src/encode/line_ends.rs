//! Where a text that is to be encoded has line ends.
//!
//! Blocks of a fixed size are looked at as a whole: the compiler makes vector instructions of
//! that.

use crate::{
    line::{line_feeds_in_block, padded},
    word::{any_word, line_ends},
};

/// How many bytes are looked at at once: as many as an integer has bits.
pub(super) const BLOCK: usize = 64;

/// A text from this length on is left to `memchr`, which knows wider vectors but is a call.
const LONG: usize = 32;

/// Whether there is a CR or LF.
#[inline]
pub(super) fn has_line_end(text: &[u8]) -> bool {
    if text.len() >= LONG {
        return memchr::memchr2(b'\n', b'\r', text).is_some();
    }
    any_word(text, b' ', line_ends)
}

/// Calls for each LF with its place, in order.
#[inline(always)]
pub(super) fn for_each_line_feed(text: &[u8], mut each: impl FnMut(usize)) {
    let mut start = 0;
    for block in text.chunks(BLOCK) {
        let mut found = match block.try_into() {
            Ok(block) => line_feeds_in_block(block),
            Err(_) => line_feeds_in_block(&padded(block)),
        };
        while found != 0 {
            each(start + found.trailing_zeros() as usize);
            found &= found - 1;
        }
        start += BLOCK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{vec, vec::Vec};

    /// What differs from a line end in one bit, or by one.
    const FILLERS: [u8; 8] = [b'x', 0, 0x09, 0x0b, 0x0c, 0x0e, 0x8a, 0xff];

    #[test]
    fn a_line_end_is_found_at_every_place() {
        for length in 0..100 {
            for filler in FILLERS {
                let mut text = vec![filler; length];
                assert!(!has_line_end(&text), "{length}");
                for at in 0..length {
                    for byte in [b'\r', b'\n'] {
                        text[at] = byte;
                        assert!(has_line_end(&text), "{length} {at}");
                        text[at] = filler;
                    }
                }
            }
        }
    }

    #[test]
    fn line_feeds_are_found_in_order() {
        for length in (0..200).chain([511, 512, 513, 2000]) {
            for step in [1, 2, 3, 7, 8, 9, 63, 64, 65, 600] {
                for filler in FILLERS {
                    let mut text = vec![filler; length];
                    let expected: Vec<_> = (length % 5..length).step_by(step).collect();
                    for at in &expected {
                        text[*at] = b'\n';
                    }
                    let mut found = Vec::new();
                    for_each_line_feed(&text, |at| found.push(at));
                    assert_eq!(found, expected, "{length} {step}");
                }
            }
        }
    }
}
