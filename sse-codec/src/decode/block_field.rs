//! An event type or id of a block that is put together.

use alloc::vec::Vec;

use crate::byte_str::TextBuffer;

/// An event type or id.
#[derive(Debug, Default)]
pub(super) struct Field {
    /// Whether one was put into the text before the data: only the first, so that what replaces
    /// it does not add up there.
    is_placed: bool,
    /// Whether the last one is not in the text, but in `late`.
    is_late: bool,
    /// Where in the text it is.
    pub(super) start: usize,
    pub(super) end: usize,
    late: Vec<u8>,
}

impl Field {
    #[inline]
    pub(super) fn place(&mut self, start: usize, end: usize) {
        self.is_placed = true;
        (self.start, self.end) = (start, end);
    }

    pub(super) fn of<'a>(&'a self, text: &'a TextBuffer) -> &'a [u8] {
        if self.is_late {
            &self.late
        } else {
            text.as_bytes()
                .get(self.start..self.end)
                .unwrap_or_default()
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        if self.is_late {
            self.late.len()
        } else {
            self.end - self.start
        }
    }

    pub(super) fn set(&mut self, value: &[u8], text: &mut TextBuffer, is_before_data: bool) {
        if is_before_data && !self.is_placed {
            let start = text.len();
            text.extend(value);
            text.extend(b"\n");
            self.place(start, start + value.len());
        } else {
            self.is_late = true;
            self.late.clear();
            self.late.extend_from_slice(value);
        }
    }

    /// Puts what came late behind the data.
    #[inline]
    pub(super) fn seal(&mut self, text: &mut TextBuffer) {
        if self.is_late {
            self.start = text.len();
            text.extend(&self.late);
            self.end = text.len();
            text.extend(b"\n");
        }
    }

    #[inline]
    pub(super) fn clear(&mut self, max_retained_bytes: usize) {
        self.is_placed = false;
        (self.start, self.end) = (0, 0);
        if self.is_late {
            self.is_late = false;
            empty(&mut self.late, max_retained_bytes);
        }
    }
}

/// Empties a buffer and gives back what it grew beyond `max_retained_bytes`.
pub(super) fn empty(buffer: &mut Vec<u8>, max_retained_bytes: usize) {
    buffer.clear();
    if buffer.capacity() > max_retained_bytes {
        *buffer = Vec::new();
    }
}
