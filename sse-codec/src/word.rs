//! Short byte strings as words of eight bytes, so that each byte does not cost a branch.

/// A one in every byte.
pub(crate) const LOW: u64 = u64::MAX / 255;

/// The highest bit of every byte.
pub(crate) const HIGH: u64 = LOW << 7;

/// Whether `test` is not 0 for any of the words that the bytes are cut into. A byte may be in
/// two of them, and `filler` is among them where there are less than eight bytes.
#[inline(always)]
pub(crate) fn any_word(bytes: &[u8], filler: u8, test: impl Fn(u64) -> u64) -> bool {
    let Some(last) = bytes.last_chunk() else {
        return test(word_of_few(bytes, filler)) != 0;
    };
    // The last word overlaps the one before it where the length is no multiple of eight.
    let last = test(u64::from_le_bytes(*last));
    bytes
        .chunks_exact(8)
        .fold(last, |any, word| any | test(to_word(word)))
        != 0
}

/// Eight bytes as a word.
#[inline(always)]
pub(crate) fn to_word(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
}

/// Less than eight bytes in one word, each at least once; `filler` in what is left.
#[inline(always)]
pub(crate) const fn word_of_few(bytes: &[u8], filler: u8) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return (u32::from_le_bytes(*first) as u64) << 32 | u32::from_le_bytes(*last) as u64;
    }
    let (a, b, c) = match bytes {
        [a, b, c] => (*a, *b, *c),
        [a, b] => (*a, *b, *b),
        [a] => (*a, *a, *a),
        _ => (filler, filler, filler),
    };
    u64::from_le_bytes([a, b, c, filler, filler, filler, filler, filler])
}

/// Less than eight bytes in one word, each in its place; 0 behind them.
#[inline(always)]
pub(crate) fn word_in_order(bytes: &[u8]) -> u64 {
    let behind = |at: usize, value: u64| value << (8 * at);
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let last = u64::from(u32::from_le_bytes(*last));
        return u64::from(u32::from_le_bytes(*first)) | behind(bytes.len() - 4, last);
    }
    match bytes {
        [a, b, c] => u64::from_le_bytes([*a, *b, *c, 0, 0, 0, 0, 0]),
        [a, b] => u64::from_le_bytes([*a, *b, 0, 0, 0, 0, 0, 0]),
        [a] => u64::from(*a),
        _ => 0,
    }
}

/// Not 0 if there is this byte. The lowest bit set is the highest one of the first such byte;
/// bits above it may be wrong, because a borrow runs upwards.
#[inline(always)]
pub(crate) const fn bytes_equal(word: u64, byte: u8) -> u64 {
    let zero = word ^ (LOW * byte as u64);
    zero.wrapping_sub(LOW) & !zero & HIGH
}

/// As [`bytes_equal`] for CR and LF.
#[inline(always)]
pub(crate) const fn line_ends(word: u64) -> u64 {
    bytes_equal(word, b'\n') | bytes_equal(word, b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn a_byte_is_found_at_every_place() {
        for length in 0..40 {
            for byte in [0, b'\n', 0x7f, 0xff] {
                for filler in [byte.wrapping_add(1), byte.wrapping_sub(1), byte ^ 0x80] {
                    let mut bytes = vec![filler; length];
                    let found = |bytes: &[u8]| any_word(bytes, 1, |word| bytes_equal(word, byte));
                    assert!(!found(&bytes), "{length}");
                    for at in 0..length {
                        bytes[at] = byte;
                        assert!(found(&bytes), "{length} {at}");
                        bytes[at] = filler;
                    }
                }
            }
        }
    }

    #[test]
    fn few_bytes_stay_in_order() {
        for length in 0..8 {
            let bytes = &[1, 2, 3, 4, 5, 6, 7][..length];
            let mut expected = [0; 8];
            expected[..length].copy_from_slice(bytes);
            assert_eq!(word_in_order(bytes), u64::from_le_bytes(expected));
        }
    }

    #[test]
    fn the_lowest_bit_is_that_of_the_first_one() {
        let word = u64::from_le_bytes(*b"ab\x0b\r\x0c\n\x0b\n");
        assert_eq!(line_ends(word).trailing_zeros() / 8, 3);
    }
}
