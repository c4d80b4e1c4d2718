//! Room in a buffer that is written over in many small pieces.

use std::io;

use bytes::BytesMut;

use super::output::Output;

/// How much room is made at first.
const FIRST_ROOM: usize = 256;

/// Room behind what a buffer holds, to be written over. `serde_json` writes many small pieces, and
/// a buffer that is asked to append each of them does twice as much as one that is written over.
pub(super) struct Room<'a> {
    buffer: &'a mut BytesMut,
    start: usize,
    /// Behind what was written. All behind it is room.
    end: usize,
}

impl<'a> Room<'a> {
    #[inline]
    pub(super) fn behind(buffer: &'a mut BytesMut) -> Self {
        let start = buffer.len();
        buffer.resize(start + FIRST_ROOM, 0);
        Self {
            buffer,
            start,
            end: start,
        }
    }

    /// Behind what was written: the caller truncates the buffer here.
    pub(super) const fn end(&self) -> usize {
        self.end
    }

    /// Makes room for so much, and for as much again as was written.
    fn make(&mut self, bytes: usize) {
        let more = bytes + FIRST_ROOM.max(self.end - self.start);
        self.buffer.resize(self.end + more, 0);
    }

    #[cold]
    #[inline(never)]
    fn put_in_more_room(&mut self, bytes: &[u8]) {
        self.make(bytes.len());
        self.put(bytes);
    }
}

impl Output for Room<'_> {
    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        let end = self.end + bytes.len();
        match self.buffer.get_mut(self.end..end) {
            Some(room) => {
                copy_short(bytes, room);
                self.end = end;
            }
            None => self.put_in_more_room(bytes),
        }
    }

    fn grow(&mut self, by: usize) -> &mut [u8] {
        if self.buffer.len() - self.end < by {
            self.make(by);
        }
        let start = self.end;
        self.end += by;
        self.buffer.get_mut(start..self.end).unwrap_or_default()
    }
}

/// As `to.copy_from_slice(from)`, for what is mostly a few bytes: without a call for these.
#[inline(always)]
fn copy_short(from: &[u8], to: &mut [u8]) {
    match from.len() {
        0..4 => {
            for (to, from) in to.iter_mut().zip(from) {
                *to = *from;
            }
        }
        4..8 => copy_ends::<4>(from, to),
        8..=16 => copy_ends::<8>(from, to),
        _ => to.copy_from_slice(from),
    }
}

/// Copies `N` to `2 * N` bytes: the first `N` and the last, which may overlap.
#[inline(always)]
fn copy_ends<const N: usize>(from: &[u8], to: &mut [u8]) {
    if let (Some(from), Some(to)) = (from.first_chunk::<N>(), to.first_chunk_mut()) {
        *to = *from;
    }
    if let (Some(from), Some(to)) = (from.last_chunk::<N>(), to.last_chunk_mut()) {
        *to = *from;
    }
}

impl io::Write for Room<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes);
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.put(bytes);
        Ok(())
    }

    #[inline]
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{vec, vec::Vec};

    #[test]
    fn pieces_of_every_length_are_copied() {
        let from: Vec<u8> = (1..100).collect();
        for length in 0..from.len() {
            let mut to = vec![0; length];
            copy_short(&from[..length], &mut to);
            assert_eq!(to, from[..length]);
        }
    }

    #[test]
    fn what_is_put_stands_behind_what_was_there() {
        for length in [0, 1, 255, 256, 257, 1000] {
            let piece: Vec<u8> = (0..length).map(|byte| byte as u8).collect();
            let mut buffer = BytesMut::from("before");
            let mut expected = b"before".to_vec();
            let mut room = Room::behind(&mut buffer);
            for _ in 0..9 {
                room.put(&piece);
                room.put(b"x");
                room.grow(length).fill(7);
                expected.extend(&piece);
                expected.push(b'x');
                expected.extend(vec![7; length]);
            }
            let end = room.end();
            buffer.truncate(end);
            assert_eq!(buffer, expected, "{length}");
        }
    }
}
