//! Where a text that is to be encoded has line ends.
//!
//! Blocks of a fixed size are looked at as a whole: the compiler makes vector instructions of
//! that.

/// How many bytes are looked at at once: as many as an integer has bits.
pub(super) const BLOCK: usize = 64;

/// How many blocks are looked at before the first line end that was found is used.
const BLOCKS: usize = 8;

/// A text from this length on is left to `memchr`, which knows wider vectors but is a call.
const LONG: usize = 32;

/// A one in every byte.
const LOW: u64 = u64::MAX / 255;

/// Whether there is a CR or LF.
#[inline]
pub(super) fn has_line_end(text: &[u8]) -> bool {
    if text.len() >= LONG {
        return memchr::memchr2(b'\n', b'\r', text).is_some();
    }
    let Some(last) = text.last_chunk() else {
        return text.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
    };
    // The last word overlaps the one before it where the length is no multiple of eight.
    let last = line_ends_in(u64::from_le_bytes(*last));
    let words = text.chunks_exact(8).map(to_word);
    words.fold(last, |found, word| found | line_ends_in(word)) != 0
}

/// Calls for each LF with its place, in order.
///
/// First many blocks are looked at without a branch, and then what was found is gone through:
/// where lines end cannot be predicted, and the processor would have to begin the search anew at
/// each of them.
#[inline(always)]
pub(super) fn for_each_line_feed(text: &[u8], mut each: impl FnMut(usize)) {
    let mut start = 0;
    for blocks in text.chunks(BLOCK * BLOCKS) {
        let mut found = [0; BLOCKS];
        for (found, block) in found.iter_mut().zip(blocks.chunks(BLOCK)) {
            *found = block
                .try_into()
                .map_or_else(|_| line_feeds_in_part(block), line_feeds_in_block);
        }
        for mut found in found {
            while found != 0 {
                each(start + found.trailing_zeros() as usize);
                found &= found - 1;
            }
            start += BLOCK;
        }
    }
}

/// A bit for each byte that is LF, the lowest for the first byte.
#[inline(always)]
fn line_feeds_in_block(block: &[u8; BLOCK]) -> u64 {
    let mut found = [0; BLOCK];
    for (found, byte) in found.iter_mut().zip(block) {
        *found = if *byte == b'\n' { u8::MAX } else { 0 };
    }
    // Each of the eight words leaves one bit of each of its bytes.
    let words = found.chunks_exact(8).map(to_word).zip(0..8);
    transposed(words.fold(0, |all, (word, bit)| all | (word & (LOW << bit))))
}

/// Less than a block.
#[inline(never)]
fn line_feeds_in_part(part: &[u8]) -> u64 {
    let mut block = [0; BLOCK];
    for (to, from) in block.iter_mut().zip(part) {
        *to = *from;
    }
    line_feeds_in_block(&block)
}

/// The bits as a matrix of eight rows of eight, transposed (Hacker's Delight, 7-3).
#[inline(always)]
const fn transposed(bits: u64) -> u64 {
    let swap = (bits ^ (bits >> 7)) & 0x00aa_00aa_00aa_00aa;
    let bits = bits ^ swap ^ (swap << 7);
    let swap = (bits ^ (bits >> 14)) & 0x0000_cccc_0000_cccc;
    let bits = bits ^ swap ^ (swap << 14);
    let swap = (bits ^ (bits >> 28)) & 0x0000_0000_f0f0_f0f0;
    bits ^ swap ^ (swap << 28)
}

/// Not 0 if there is a CR or LF.
#[inline]
const fn line_ends_in(word: u64) -> u64 {
    let line_feed = word ^ (LOW * b'\n' as u64);
    let carriage_return = word ^ (LOW * b'\r' as u64);
    ((line_feed.wrapping_sub(LOW) & !line_feed)
        | (carriage_return.wrapping_sub(LOW) & !carriage_return))
        & (LOW << 7)
}

#[inline(always)]
fn to_word(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
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
