//! The search with vector instructions that every processor of the target has: 16 bytes at a
//! time.

use safe_arch::{
    bitor_m128i, cmp_eq_mask_i8_m128i, load_unaligned_m128i, m128i, move_mask_i8_m128i,
    set_splat_i8_m128i, sub_i8_m128i, sum_of_u8_abs_diff_m128i,
};

use super::{find_far, padded, words};

/// How many bytes are looked at together.
const LANES: usize = 16;

/// How many bytes are looked at before a longer search is called.
const HEAD_BYTES: usize = 4 * LANES;

/// See [`super::find_line_end`].
#[inline(always)]
pub(super) fn find_line_end(input: &[u8], from: usize) -> usize {
    let mut rest = input.get(from..).unwrap_or_default();
    for _ in 0..HEAD_BYTES / LANES {
        let Some((block, behind)) = rest.split_first_chunk() else {
            return find_in_tail(input, rest);
        };
        let found = bits(line_ends(block));
        if found != 0 {
            return input.len() - rest.len() + found.trailing_zeros() as usize;
        }
        rest = behind;
    }
    find_far(input, input.len() - rest.len())
}

/// In the end of the input, which is less than a block.
#[inline(always)]
fn find_in_tail(input: &[u8], tail: &[u8]) -> usize {
    let tail_start = input.len() - tail.len();
    let Some(block) = input.last_chunk() else {
        return words::find_in_few(input, tail_start);
    };
    // The last block of the input overlaps what was looked at before.
    let found = bits(line_ends(block)) >> (LANES - tail.len());
    if found == 0 {
        input.len()
    } else {
        tail_start + found.trailing_zeros() as usize
    }
}

/// See [`super::find_line_end_of_long`].
#[inline(always)]
pub(super) fn find_line_end_of_long(input: &[u8]) -> usize {
    let Some(head) = input.first_chunk::<HEAD_BYTES>() else {
        return find_line_end(input, 0);
    };
    let mut found = [set_splat_i8_m128i(0); HEAD_BYTES / LANES];
    for (found, block) in found.iter_mut().zip(head.chunks_exact(LANES)) {
        if let Some(block) = block.first_chunk() {
            *found = line_ends(block);
        }
    }
    let [a, b, c, d] = found;
    if bits(bitor_m128i(bitor_m128i(a, b), bitor_m128i(c, d))) == 0 {
        return if input.len() == HEAD_BYTES {
            HEAD_BYTES
        } else {
            find_far(input, HEAD_BYTES)
        };
    }
    let (low, high) = (bits(a) | bits(b) << LANES, bits(c) | bits(d) << LANES);
    (u64::from(low) | u64::from(high) << (2 * LANES)).trailing_zeros() as usize
}

/// See [`super::count_line_feeds`].
pub(super) fn count_line_feeds(text: &[u8]) -> Option<usize> {
    let none = set_splat_i8_m128i(0);
    let (mut count, mut carriage_returns) = (0, none);
    // No more blocks than a byte counts.
    for part in text.chunks(60 * HEAD_BYTES) {
        let mut counts = none;
        let mut look_at = |block: &[u8; HEAD_BYTES]| {
            for block in block.chunks_exact(LANES).filter_map(<[u8]>::first_chunk) {
                let block = load_unaligned_m128i(block);
                counts = sub_i8_m128i(counts, equal(block, b'\n'));
                carriage_returns = bitor_m128i(carriage_returns, equal(block, b'\r'));
            }
        };
        let mut blocks = part.chunks_exact(HEAD_BYTES);
        blocks
            .by_ref()
            .filter_map(<[u8]>::first_chunk)
            .for_each(&mut look_at);
        look_at(&padded(blocks.remainder()));
        let [low, high]: [i64; 2] = sum_of_u8_abs_diff_m128i(counts, none).into();
        count += (low + high) as usize;
    }
    (bits(carriage_returns) == 0).then_some(count)
}

/// See [`super::line_feeds_in_block`].
#[inline(always)]
pub(super) fn line_feeds_in_block(block: &[u8; HEAD_BYTES]) -> u64 {
    let mut found = 0;
    for (part, place) in block.chunks_exact(LANES).zip((0..).step_by(LANES)) {
        if let Some(part) = part.first_chunk() {
            let line_feeds = bits(equal(load_unaligned_m128i(part), b'\n'));
            found |= u64::from(line_feeds) << place;
        }
    }
    found
}

/// All bits of a byte are set where it is CR or LF, and else none.
#[inline(always)]
fn line_ends(block: &[u8; LANES]) -> m128i {
    let block = load_unaligned_m128i(block);
    bitor_m128i(equal(block, b'\n'), equal(block, b'\r'))
}

/// All bits of a byte are set where it is this one, and else none.
#[inline(always)]
fn equal(block: m128i, byte: u8) -> m128i {
    cmp_eq_mask_i8_m128i(block, set_splat_i8_m128i(byte as i8))
}

/// A bit for each byte, the lowest for the first.
#[inline(always)]
fn bits(found: m128i) -> u32 {
    move_mask_i8_m128i(found) as u32
}
