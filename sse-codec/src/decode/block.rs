//! The fields of a block that crosses chunks or has several data lines, put together.

use alloc::{boxed::Box, string::String};

use super::{
    block_field::Field,
    spans::{Span, Spans},
};
use crate::{
    ByteStr,
    byte_str::{TextBuffer, utf8},
    item::EventSpans,
};

/// How much may lie between the fields of a block that are taken over in one piece.
const MAX_BETWEEN_BYTES: usize = 64;

/// The buffers of the standard, one behind the other in one text: the event type and the id
/// while there is no data, then the data, and at last an event type or id that came later.
///
/// So one look says whether all of it is UTF-8. A line end stands behind each of them, lest
/// halves of a character come together.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Whether any field was put here since the last dispatch.
    pub(super) in_use: bool,
    text: TextBuffer,
    /// Where the data starts, once there is any. It goes on to the end of the text, each line
    /// with its LF.
    data_start: Option<usize>,
    /// Where the data of a sealed block ends: before the LF of its last line.
    data_end: usize,
    event_type: Field,
    id: Field,
    has_id: bool,
    /// How much was taken out of the text, and so is not seen in its capacity.
    taken_bytes: usize,
}

impl Block {
    /// Takes over what was found of this block in a chunk that is about to go.
    #[inline]
    pub(super) fn absorb(&mut self, spans: &mut Spans, chunk: &[u8]) {
        if spans.text.is_some() {
            self.absorb_some(spans, chunk);
            spans.clear();
        }
    }

    #[inline(never)]
    fn absorb_some(&mut self, spans: &Spans, chunk: &[u8]) {
        if self.absorb_stretch(spans, chunk) {
            return;
        }
        if spans.event_type.is_some() {
            self.set_event_type(spans.event_type.of(chunk));
        }
        if spans.id.is_some() {
            self.set_id(spans.id.of(chunk));
        }
        if spans.data.is_some() {
            self.push_data(spans.data.of(chunk));
        }
    }

    /// Takes over the first fields of a block in one piece, if data comes last.
    #[inline]
    fn absorb_stretch(&mut self, spans: &Spans, chunk: &[u8]) -> bool {
        let data = spans.data.is_some().then_some(spans.data.start);
        let last = spans.text.end;
        if (data.is_some() && spans.data.end != last)
            || !self.take_stretch(spans, chunk, last + 1, data)
        {
            return false;
        }
        self.text.end_line();
        true
    }

    /// As [`Block::absorb`] and [`Block::begin_data_line`] with the rest of the chunk from
    /// `value_start` on, in one piece where that can be.
    #[inline]
    pub(super) fn absorb_and_begin_data_line(
        &mut self,
        spans: &mut Spans,
        chunk: &[u8],
        value_start: usize,
    ) {
        if spans.text.is_some()
            && !spans.data.is_some()
            && self.take_stretch(spans, chunk, chunk.len(), Some(value_start))
        {
            return spans.clear();
        }
        self.absorb(spans, chunk);
        self.begin_data_line(chunk.get(value_start..).unwrap_or_default());
    }

    /// Takes over what the chunk has from the first field up to `end`, if the fields lie close
    /// together; from `data_start` on, it is data. What lies between them stays between them.
    #[inline]
    fn take_stretch(
        &mut self,
        spans: &Spans,
        chunk: &[u8],
        end: usize,
        data_start: Option<usize>,
    ) -> bool {
        let first = spans.text.start;
        let head_end = data_start.unwrap_or(spans.text.end);
        let between = head_end - first - spans.event_type.len() - spans.id.len();
        let Some(stretch) = chunk.get(first..end) else {
            return false;
        };
        if self.in_use || !self.text.is_empty() || between > MAX_BETWEEN_BYTES {
            return false;
        }
        self.data_start = data_start.map(|start| start - first);
        self.in_use = true;
        self.text.extend(stretch);
        if spans.event_type.is_some() {
            let place = spans.event_type.within(first);
            self.event_type.place(place.start, place.end);
        }
        if spans.id.is_some() {
            let place = spans.id.within(first);
            self.id.place(place.start, place.end);
            self.has_id = true;
        }
        true
    }

    /// Appends the value of a `data` line.
    pub(super) fn push_data(&mut self, value: &[u8]) {
        self.in_use = true;
        self.begin_data_line(value);
        self.text.extend(b"\n");
    }

    /// As [`Block::push_data`] with a value of the chunk, in one copy with its line end.
    #[inline]
    pub(super) fn push_data_line(&mut self, chunk: &[u8], value: Span) {
        self.in_use = true;
        self.begin_data_line(chunk.get(value.start..=value.end).unwrap_or_default());
        self.text.end_line();
    }

    /// Appends the beginning of a `data` line's value, whose end is still to come.
    #[inline]
    pub(super) fn begin_data_line(&mut self, part: &[u8]) {
        if self.data_start.is_none() {
            self.data_start = Some(self.text.len());
        }
        self.text.extend(part);
    }

    /// Appends more of the value of a `data` line that was begun.
    #[inline]
    pub(super) fn continue_data_line(&mut self, part: &[u8]) {
        self.text.extend(part);
    }

    /// Appends the rest of the value of a `data` line that was begun: what `chunk` has up to the
    /// line end at `end`.
    #[inline]
    pub(super) fn finish_data_line(&mut self, chunk: &[u8], end: usize) {
        self.in_use = true;
        self.text.extend(chunk.get(..=end).unwrap_or_default());
        self.text.end_line();
    }

    pub(super) fn set_event_type(&mut self, value: &[u8]) {
        self.in_use = true;
        let is_before_data = self.data_start.is_none();
        self.event_type.set(value, &mut self.text, is_before_data);
    }

    pub(super) fn set_id(&mut self, value: &[u8]) {
        self.in_use = true;
        self.has_id = true;
        let is_before_data = self.data_start.is_none();
        self.id.set(value, &mut self.text, is_before_data);
    }

    pub(super) fn has_data(&self) -> bool {
        self.data_start.is_some()
    }

    /// Bytes that the event limit counts.
    #[inline]
    pub(super) fn event_bytes(&self) -> usize {
        let data = self.data_start.map_or(0, |start| self.text.len() - start);
        data + self.event_type.len() + self.id.len()
    }

    /// The data of a sealed block.
    #[inline]
    pub(super) fn data(&self) -> &str {
        let start = self.data_start.unwrap_or(self.data_end);
        self.text
            .as_str()
            .get(start..self.data_end)
            .unwrap_or_default()
    }

    /// The event type of a sealed block.
    #[inline]
    pub(super) fn event_type(&self) -> &str {
        let Field { start, end, .. } = self.event_type;
        self.text.as_str().get(start..end).unwrap_or_default()
    }

    #[inline]
    pub(super) const fn has_id(&self) -> bool {
        self.has_id
    }

    /// The id of a sealed block.
    #[inline]
    pub(super) fn id(&self) -> Option<&str> {
        let Field { start, end, .. } = self.id;
        self.has_id
            .then(|| self.text.as_str().get(start..end).unwrap_or_default())
    }

    /// The id for an error, whether it is text or not.
    pub(super) fn id_text(&self) -> Option<Box<str>> {
        self.has_id
            .then(|| String::from_utf8_lossy(self.id.of(&self.text)).into())
    }

    /// The id for an error if it is text.
    pub(super) fn valid_id(&self) -> Option<Box<str>> {
        utf8(self.id.of(&self.text))
            .filter(|_| self.has_id)
            .map(Into::into)
    }

    /// Ends the block: from now on its fields are text. `false` where they are not UTF-8, and
    /// then the block can only be [rewritten](Block::rewrite).
    #[inline]
    pub(super) fn seal(&mut self) -> bool {
        if self.data_start.is_some() {
            self.data_end = self.text.len().saturating_sub(1);
        }
        self.event_type.seal(&mut self.text);
        self.id.seal(&mut self.text);
        self.text.check()
    }

    /// Whether all fields are UTF-8, if not what lies between them.
    pub(super) fn fields_are_text(&self) -> bool {
        let fields = [
            self.data_bytes(),
            self.event_type.of(&self.text),
            self.id.of(&self.text),
        ];
        fields.into_iter().all(|field| utf8(field).is_some())
    }

    fn data_bytes(&self) -> &[u8] {
        let start = self.data_start.unwrap_or(self.data_end);
        self.text
            .as_bytes()
            .get(start..self.data_end)
            .unwrap_or_default()
    }

    /// Replaces what is not UTF-8 by U+FFFD, and drops what lies between the fields.
    #[cold]
    pub(super) fn rewrite(&mut self) {
        let mut text = String::new();
        let mut push = |field: &[u8]| {
            let start = text.len();
            text.push_str(&String::from_utf8_lossy(field));
            (start, text.len())
        };
        let data = push(self.data_bytes());
        let event_type = push(self.event_type.of(&self.text));
        let id = push(self.id.of(&self.text));
        self.text.replace(&text);
        self.data_start = self.data_start.map(|_| data.0);
        self.data_end = data.1;
        self.event_type.place(event_type.0, event_type.1);
        self.id.place(id.0, id.1);
    }

    /// Takes the text of a sealed block out, and says where its fields are in it.
    #[inline(always)]
    pub(super) fn take_text(&mut self) -> (ByteStr, EventSpans) {
        self.taken_bytes = self.text.len();
        let spans = EventSpans {
            data_start: self.data_start.unwrap_or(self.data_end),
            data_end: self.data_end,
            type_start: self.event_type.start,
            type_end: self.event_type.end,
            id_start: if self.has_id {
                self.id.start
            } else {
                EventSpans::NO_ID
            },
            id_end: self.id.end,
        };
        (self.text.take(), spans)
    }

    /// Empties the buffers for the next block; what grew beyond `max_retained_bytes` is given
    /// back.
    #[inline]
    pub(super) fn clear(&mut self, max_retained_bytes: usize) {
        self.in_use = false;
        self.has_id = false;
        self.data_start = None;
        self.data_end = 0;
        self.event_type.clear(max_retained_bytes);
        self.id.clear(max_retained_bytes);
        self.text
            .clear(core::mem::take(&mut self.taken_bytes), max_retained_bytes);
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

#[cfg(test)]
mod tests;
