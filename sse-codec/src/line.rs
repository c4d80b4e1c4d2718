//! Line ends: CR LF, LF or CR, in one place.
//!
//! Most lines of an event stream are short, so the search begins eight bytes at a time without
//! a call, and goes over to the vectorised one only for what is longer.

/// Where the line that starts at `from` ends: the index of its CR or LF.
#[inline(always)]
pub(crate) fn find_line_end(input: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..HEAD_WORDS {
        let Some(word) = input
            .get(at..at + 8)
            .and_then(|bytes| bytes.try_into().ok())
        else {
            break;
        };
        let ends = line_ends_in(u64::from_le_bytes(word));
        if ends != 0 {
            return Some(at + (ends.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    if at == input.len() {
        None
    } else {
        find_far(input, at)
    }
}

/// As [`find_line_end`] from the start, where the line most likely goes on: first asks all of
/// the first 64 bytes at once, of which the compiler makes vector instructions.
#[inline]
pub(crate) fn find_line_end_of_long(input: &[u8]) -> Option<usize> {
    let Some(block) = input.first_chunk::<64>() else {
        return find_line_end(input, 0);
    };
    let ends = block.chunks_exact(8).fold(0, |ends, word| {
        ends | line_ends_in(word.try_into().map_or(0, u64::from_le_bytes))
    });
    if ends != 0 {
        find_line_end(input, 0)
    } else if input.len() == 64 {
        None
    } else {
        find_far(input, 64)
    }
}

/// How many words of eight bytes are looked at without a call.
const HEAD_WORDS: usize = 8;

/// Below this many bytes the vectorised search is not worth its own head.
const SHORT_BYTES: usize = 32;

#[inline(never)]
fn find_far(input: &[u8], from: usize) -> Option<usize> {
    let rest = input.get(from..)?;
    let found = if rest.len() < SHORT_BYTES {
        rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'))
    } else {
        memchr::memchr2(b'\n', b'\r', rest)
    };
    found.map(|found| from + found)
}

/// The high bit of a byte is set where the byte is CR or LF. Bits above the lowest one set may
/// be wrong (a borrow runs upwards), so only the lowest counts.
#[inline]
const fn line_ends_in(word: u64) -> u64 {
    const LOW: u64 = u64::MAX / 255;
    const HIGH: u64 = LOW << 7;
    let line_feed = word ^ (LOW * b'\n' as u64);
    let carriage_return = word ^ (LOW * b'\r' as u64);
    ((line_feed.wrapping_sub(LOW) & !line_feed)
        | (carriage_return.wrapping_sub(LOW) & !carriage_return))
        & HIGH
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
                        let expected = (end < length).then_some(end);
                        assert_eq!(find_line_end(&line, 0), expected);
                        assert_eq!(find_line_end_of_long(&line), expected);
                    }
                }
            }
        }
    }

    #[test]
    fn starts_where_it_is_told() {
        assert_eq!(find_line_end(b"\n\na\r", 2), Some(3));
        assert_eq!(find_line_end(b"\n", 1), None);
        assert_eq!(find_line_end(b"", 0), None);
    }

    #[test]
    fn the_first_of_several_ends_is_found() {
        assert_eq!(find_line_end(b"ab\r\n\n\r\n\r", 0), Some(2));
        assert_eq!(find_line_end(b"\n\r\n\r\n\r\n\r", 0), Some(0));
    }
}
