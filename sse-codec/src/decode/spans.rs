//! Where the fields of a block are that lies in the chunk at hand.
//!
//! An event that lies in one chunk with one data line stays where it is, and this is all that is
//! known of it.

use core::ops::Range;

/// A stretch of the chunk at hand. A value always has its field's name before it, so one that
/// starts at 0 is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) const NONE: Self = Self { start: 0, end: 0 };

    #[inline]
    pub(super) const fn is_some(self) -> bool {
        self.start != 0
    }

    #[inline]
    pub(super) const fn len(self) -> usize {
        if self.is_some() {
            self.end - self.start
        } else {
            0
        }
    }

    #[inline]
    pub(super) const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    #[inline]
    pub(super) fn of(self, chunk: &[u8]) -> &[u8] {
        chunk.get(self.range()).unwrap_or_default()
    }

    /// As a range of a text that begins at `first`.
    #[inline]
    pub(super) const fn within(self, first: usize) -> Range<usize> {
        if self.is_some() {
            self.start - first..self.end - first
        } else {
            0..0
        }
    }
}

/// Fields of a block that lies in the chunk at hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spans {
    pub(super) data: Span,
    pub(super) event_type: Span,
    pub(super) id: Span,
    /// From the first field's value to the last one's end.
    pub(super) text: Span,
}

impl Spans {
    pub(super) const NONE: Self = Self {
        data: Span::NONE,
        event_type: Span::NONE,
        id: Span::NONE,
        text: Span::NONE,
    };

    #[inline]
    pub(super) const fn clear(&mut self) {
        self.data.start = 0;
        self.event_type.start = 0;
        self.id.start = 0;
        self.text.start = 0;
    }

    /// Notes that a value was found, behind all that were found before.
    #[inline]
    pub(super) const fn extend_to(&mut self, value: Span) {
        if !self.text.is_some() {
            self.text.start = value.start;
        }
        self.text.end = value.end;
    }

    /// Whether the fields are larger than the event limit allows.
    #[inline]
    pub(super) const fn exceed(&self, max_event_bytes: usize) -> bool {
        // They are never more than the stretch they lie in, and one line end.
        self.text.end - self.text.start >= max_event_bytes && self.event_bytes() > max_event_bytes
    }

    /// Bytes that the event limit counts.
    const fn event_bytes(&self) -> usize {
        let line_end = self.data.is_some() as usize;
        self.data.len() + line_end + self.event_type.len() + self.id.len()
    }
}
