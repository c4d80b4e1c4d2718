//! The fields of the block being read, where they do not lie together in one chunk.
//!
//! An event that lies in one chunk with one data line never comes here: it stays where it is,
//! as [`Spans`]. What crosses chunks or has several data lines is put together in [`Block`].

use alloc::{boxed::Box, string::String, vec::Vec};
use core::ops::Range;

use crate::{
    ByteStr,
    byte_str::{TextBuffer, utf8},
    item::EventSpans,
};

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

/// The buffers of the standard, for a block that does not lie together.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Whether any field was put here since the last dispatch.
    pub(super) in_use: bool,
    /// The data buffer, each line with its LF; of a sealed block, without that of the last.
    data: TextBuffer,
    event_type: Vec<u8>,
    id: Vec<u8>,
    has_id: bool,
    /// How much was taken out of the data buffer, and so is not seen in its capacity.
    taken_bytes: usize,
}

impl Block {
    /// Takes over what was found of this block in a chunk that is about to go.
    pub(super) fn absorb(&mut self, spans: &mut Spans, chunk: &[u8]) {
        if spans.event_type.is_some() {
            self.set_event_type(spans.event_type.of(chunk));
        }
        if spans.id.is_some() {
            self.set_id(spans.id.of(chunk));
        }
        if spans.data.is_some() {
            self.push_data(spans.data.of(chunk));
        }
        spans.clear();
    }

    /// Appends the value of a `data` line.
    pub(super) fn push_data(&mut self, value: &[u8]) {
        self.extend_data(value);
        self.end_data_line();
    }

    /// As [`Block::push_data`] with a value of the chunk, in one copy where its line ends with LF.
    #[inline]
    pub(super) fn push_data_line(&mut self, chunk: &[u8], value: Span) {
        match chunk.get(value.start..=value.end) {
            Some(line @ [.., b'\n']) => {
                self.in_use = true;
                self.data.extend(line);
            }
            _ => self.push_data(value.of(chunk)),
        }
    }

    /// Appends a part of a `data` line's value, whose end is still to come.
    #[inline]
    pub(super) fn extend_data(&mut self, part: &[u8]) {
        self.data.extend(part);
    }

    #[inline]
    pub(super) fn end_data_line(&mut self) {
        self.in_use = true;
        self.data.extend(b"\n");
    }

    pub(super) fn set_event_type(&mut self, value: &[u8]) {
        self.in_use = true;
        self.event_type.clear();
        self.event_type.extend_from_slice(value);
    }

    pub(super) fn set_id(&mut self, value: &[u8]) {
        self.in_use = true;
        self.has_id = true;
        self.id.clear();
        self.id.extend_from_slice(value);
    }

    pub(super) fn has_data(&self) -> bool {
        !self.data.is_empty()
    }

    /// Bytes that the event limit counts.
    pub(super) fn event_bytes(&self) -> usize {
        self.data.len() + self.event_type.len() + self.id.len()
    }

    /// The data of a sealed block.
    pub(super) fn data(&self) -> &str {
        self.data.as_str()
    }

    pub(super) fn event_type(&self) -> &[u8] {
        &self.event_type
    }

    pub(super) fn id(&self) -> Option<&[u8]> {
        self.has_id.then_some(&*self.id)
    }

    /// The id as text for an error.
    pub(super) fn id_text(&self) -> Option<Box<str>> {
        self.id().map(|id| String::from_utf8_lossy(id).into())
    }

    /// Ends the block: from now on its fields are text. `false` where they are not UTF-8, and
    /// then the block is as it was.
    pub(super) fn seal(&mut self) -> bool {
        for field in [&self.event_type, &self.id] {
            if !field.is_empty() && utf8(field).is_none() {
                return false;
            }
        }
        if !self.data.check() {
            return false;
        }
        self.data.pop_ascii(b'\n');
        true
    }

    /// Replaces what is not UTF-8 by U+FFFD.
    pub(super) fn replace_invalid(&mut self) {
        self.data.replace_invalid();
        for buffer in [&mut self.event_type, &mut self.id] {
            if utf8(buffer).is_none() {
                *buffer = String::from_utf8_lossy(buffer).into_owned().into_bytes();
            }
        }
    }

    /// Takes the data, event type and id of a sealed block out, one behind the other; and says
    /// where each of them is.
    #[inline(always)]
    pub(super) fn take_text(&mut self) -> (ByteStr, EventSpans) {
        let data_end = self.data.len();
        if !self.event_type.is_empty() {
            self.data
                .push_str(utf8(&self.event_type).unwrap_or_default());
        }
        let type_end = self.data.len();
        if !self.id.is_empty() {
            self.data.push_str(utf8(&self.id).unwrap_or_default());
        }
        self.taken_bytes = self.data.len();
        let id_end = self.has_id.then_some(self.taken_bytes);
        (
            self.data.take(),
            EventSpans::in_order(data_end, type_end, id_end),
        )
    }

    /// Empties the buffers for the next block; what grew beyond `max_retained_bytes` is given
    /// back.
    pub(super) fn clear(&mut self, max_retained_bytes: usize) {
        self.in_use = false;
        self.has_id = false;
        self.data
            .clear(core::mem::take(&mut self.taken_bytes), max_retained_bytes);
        for buffer in [&mut self.event_type, &mut self.id] {
            if !buffer.is_empty() {
                empty(buffer, max_retained_bytes);
            }
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

/// The id for an error, from the chunk or from the block.
pub(super) fn id_of(spans: &Spans, chunk: &[u8], block: &Block) -> Option<Box<str>> {
    if spans.id.is_some() {
        Some(String::from_utf8_lossy(spans.id.of(chunk)).into())
    } else {
        block.id_text()
    }
}
