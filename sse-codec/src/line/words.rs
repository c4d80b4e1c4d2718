//! The search eight bytes at a time, for any target.

use super::find_far;
use crate::word::{LOW, line_ends, to_word, word_in_order};

/// Among a few bytes at the end of the input.
#[inline]
pub(super) fn find_in_few(input: &[u8], from: usize) -> usize {
    let mut rest = input.get(from..).unwrap_or_default();
    while let Some((word, behind)) = rest.split_first_chunk() {
        let ends = line_ends(u64::from_le_bytes(*word));
        if ends != 0 {
            return input.len() - rest.len() + (ends.trailing_zeros() / 8) as usize;
        }
        rest = behind;
    }
    let ends = line_ends(word_in_order(rest));
    if ends == 0 {
        return input.len();
    }
    input.len() - rest.len() + (ends.trailing_zeros() / 8) as usize
}

/// How many bytes are looked at before a longer search is called.
const HEAD_BYTES: usize = 64;

/// See [`super::find_line_end`].
#[inline(always)]
pub(super) fn find_line_end(input: &[u8], from: usize) -> usize {
    let mut rest = input.get(from..).unwrap_or_default();
    for _ in 0..HEAD_BYTES / 8 {
        let Some((word, behind)) = rest.split_first_chunk() else {
            return find_in_few(input, input.len() - rest.len());
        };
        let ends = line_ends(u64::from_le_bytes(*word));
        if ends != 0 {
            return input.len() - rest.len() + (ends.trailing_zeros() / 8) as usize;
        }
        rest = behind;
    }
    find_far(input, input.len() - rest.len())
}

/// See [`super::find_line_end_of_long`].
#[inline]
pub(super) fn find_line_end_of_long(input: &[u8]) -> usize {
    let Some(head) = input.first_chunk::<HEAD_BYTES>() else {
        return find_line_end(input, 0);
    };
    // All at once: the compiler makes vector instructions of this.
    let ends = head
        .chunks_exact(8)
        .fold(0, |ends, word| ends | line_ends(to_word(word)));
    if ends != 0 {
        find_line_end(input, 0)
    } else if input.len() == HEAD_BYTES {
        HEAD_BYTES
    } else {
        find_far(input, HEAD_BYTES)
    }
}

/// See [`super::count_line_feeds`].
pub(super) fn count_line_feeds(text: &[u8]) -> Option<usize> {
    let is_mixed = memchr::memchr(b'\r', text).is_some();
    (!is_mixed).then(|| memchr::memchr_iter(b'\n', text).count())
}

/// See [`super::line_feeds_in_block`].
#[inline(always)]
pub(super) fn line_feeds_in_block(block: &[u8; 64]) -> u64 {
    let mut found = [0; 64];
    for (found, byte) in found.iter_mut().zip(block) {
        *found = if *byte == b'\n' { u8::MAX } else { 0 };
    }
    // Each of the eight words leaves one bit of each of its bytes.
    let words = found.chunks_exact(8).map(to_word).zip(0..8);
    transposed(words.fold(0, |all, (word, bit)| all | (word & (LOW << bit))))
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
