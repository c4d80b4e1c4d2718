//! Line ends: CR LF, LF or CR, in one place.
//!
//! Most lines of an event stream are short, so the search begins without a call, and goes over
//! to that of `memchr` only for what is longer.

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod lanes;
#[cfg_attr(
    all(target_arch = "x86_64", target_feature = "sse2", not(test)),
    expect(
        dead_code,
        reason = "of it, only the end of a search is needed beside `lanes`"
    )
)]
mod words;

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use self::lanes as native;
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
use self::words as native;

/// Where the line that starts at `from` ends: the index of its CR or LF, or the length of the
/// input if there is none.
#[inline(always)]
pub(crate) fn find_line_end(input: &[u8], from: usize) -> usize {
    native::find_line_end(input, from)
}

/// As [`find_line_end`] from the start, where the line most likely goes on: first asks all of
/// the first 64 bytes at once.
#[inline]
pub(crate) fn find_line_end_of_long(input: &[u8]) -> usize {
    native::find_line_end_of_long(input)
}

/// How many LF there are; `None` if there is a CR.
pub(crate) fn count_line_feeds(text: &[u8]) -> Option<usize> {
    native::count_line_feeds(text)
}

/// A bit for each byte of 64 that is LF, the lowest for the first byte.
#[inline(always)]
pub(crate) fn line_feeds_in_block(block: &[u8; 64]) -> u64 {
    native::line_feeds_in_block(block)
}

/// A block that begins with these bytes, which are less than one, and has no line end behind them.
#[inline]
pub(crate) fn padded(bytes: &[u8]) -> [u8; 64] {
    let mut block = [0; 64];
    if let Some(start) = block.get_mut(..bytes.len()) {
        start.copy_from_slice(bytes);
    }
    block
}

/// Below this many bytes the vectorised search is not worth its own head.
const SHORT_BYTES: usize = 32;

#[inline(never)]
fn find_far(input: &[u8], from: usize) -> usize {
    let rest = input.get(from..).unwrap_or_default();
    if rest.len() < SHORT_BYTES {
        return words::find_in_few(input, from);
    }
    memchr::memchr2(b'\n', b'\r', rest).map_or(input.len(), |found| from + found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn agrees_with_a_plain_search_at_every_place() {
        for length in 0..200 {
            for end in 0..=length {
                for byte in [b'\r', b'\n'] {
                    for filler in [b'x', b'\x0b', b'\x0c', b'\x00', b'\xff', b'\x8a', b'\x8d'] {
                        let mut line = vec![filler; length];
                        if let Some(slot) = line.get_mut(end) {
                            *slot = byte;
                        }
                        let expected = end;
                        assert_eq!(find_line_end(&line, 0), expected);
                        assert_eq!(find_line_end_of_long(&line), expected);
                        assert_eq!(words::find_line_end(&line, 0), expected);
                        assert_eq!(words::find_line_end_of_long(&line), expected);
                    }
                }
            }
        }
    }

    #[test]
    fn line_feeds_are_counted_if_there_is_no_carriage_return() {
        for length in [0, 1, 15, 16, 17, 100, 4096, 20_000] {
            for step in [1, 2, 7, 16, 99] {
                let mut text = vec![b'x'; length];
                let expected = (0..length).step_by(step).count();
                for at in (0..length).step_by(step) {
                    text[at] = b'\n';
                }
                assert_eq!(count_line_feeds(&text), Some(expected), "{length} {step}");
                assert_eq!(words::count_line_feeds(&text), Some(expected));
                for at in [0, length / 2, length.saturating_sub(1)] {
                    if let Some(byte) = text.get_mut(at) {
                        let before = core::mem::replace(byte, b'\r');
                        assert_eq!(count_line_feeds(&text), None, "{length} {step} {at}");
                        assert_eq!(words::count_line_feeds(&text), None);
                        text[at] = before;
                    }
                }
            }
        }
    }

    #[test]
    fn every_line_feed_of_a_block_is_a_bit() {
        for filler in [b'x', 0, 0x09, 0x0b, 0x0d, 0x8a, 0xff] {
            for step in [1, 2, 7, 8, 9, 63] {
                for first in 0..step.min(9) {
                    let (mut block, mut expected) = ([filler; 64], 0);
                    for at in (first..64).step_by(step) {
                        block[at] = b'\n';
                        expected |= 1 << at;
                    }
                    assert_eq!(line_feeds_in_block(&block), expected);
                    assert_eq!(words::line_feeds_in_block(&block), expected);
                }
            }
        }
    }

    #[test]
    fn starts_where_it_is_told() {
        assert_eq!(find_line_end(b"\n\na\r", 2), 3);
        assert_eq!(find_line_end(b"\n", 1), 1);
        assert_eq!(find_line_end(b"", 0), 0);
        for length in 0..100 {
            for from in 0..=length {
                // What lies before, and is looked at again with the last bytes, does not count.
                let mut line = vec![b'\n'; from];
                line.resize(length, b'x');
                assert_eq!(find_line_end(&line, from), length, "{from} {length}");
                assert_eq!(words::find_line_end(&line, from), length, "{from} {length}");
            }
        }
    }

    #[test]
    fn the_first_of_several_ends_is_found() {
        assert_eq!(find_line_end(b"ab\r\n\n\r\n\r", 0), 2);
        assert_eq!(find_line_end(b"\n\r\n\r\n\r\n\r", 0), 0);
    }
}
