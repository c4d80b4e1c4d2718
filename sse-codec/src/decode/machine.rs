//! The state machine: is told bytes, says what it found in them. Does no I/O, copies only what
//! does not lie together in one chunk.
//!
//! Two paths, one meaning. *Blocks*, here: from a line start, line after line of the chunk at
//! hand, fields kept as ranges of it. *Carry*, in its own file: what is left over from the chunk
//! before. Each chunk begins with the carry, if there is any, and then stays with the blocks.

use alloc::{string::String, vec::Vec};
use core::time::Duration;

use super::{
    DecodeError, Utf8Policy,
    block::{Block, Span, Spans, empty, id_of},
};
use crate::{
    Limits,
    byte_str::utf8,
    field::{FieldName, split_field},
    line::find_line_end,
};

/// What a step found. `'c` is the chunk.
#[derive(Debug)]
pub(super) enum Found<'c> {
    /// The chunk is used up.
    Nothing,
    /// An event that lies in the chunk: the text from its first field to its last. Where in it
    /// the fields are is in the machine's `spans`.
    Event(&'c str),
    /// An event in the machine's own block buffers, which are sealed.
    BufferedEvent,
    Retry(Duration),
    /// A comment that lies in the chunk, or (`None`) in the machine's comment buffer.
    Comment(Option<&'c str>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// So many bytes of a leading BOM were seen.
    ByteOrderMark(usize),
    Lines,
    /// After an error: everything up to the next blank line goes.
    Skipping { line_is_empty: bool },
}

#[derive(Debug)]
pub(super) struct Machine {
    pub(super) limits: Limits,
    pub(super) utf8_policy: Utf8Policy,
    pub(super) comments: bool,
    pub(super) last_event_id: String,
    /// The fields of the last event that was found in a chunk.
    pub(super) spans: Spans,
    pub(super) block: Block,
    pub(super) comment: String,
    /// Offset in the stream of the chunk at hand.
    pub(super) position: u64,
    /// Something is left over from the chunk before: any of what follows.
    pub(super) has_carry: bool,
    pub(super) phase: Phase,
    /// The last line ended with a CR at the end of its chunk: a LF that follows belongs to it.
    pub(super) skip_line_feed: bool,
    /// The beginning of a line whose end is still to come.
    pub(super) line: Vec<u8>,
    /// The block buffers hold an event that was handed out by the last step.
    pub(super) dispatched: bool,
}

impl Machine {
    pub(super) const fn new() -> Self {
        Self {
            limits: Limits::DEFAULT,
            utf8_policy: Utf8Policy::Replace,
            comments: false,
            last_event_id: String::new(),
            spans: Spans::NONE,
            block: Block::new(),
            comment: String::new(),
            position: 0,
            has_carry: true,
            phase: Phase::ByteOrderMark(0),
            skip_line_feed: false,
            line: Vec::new(),
            dispatched: false,
        }
    }

    /// For a new connection: forgets everything but settings and the last event ID.
    pub(super) fn reset(&mut self) {
        let retained = self.limits.max_retained_bytes();
        self.block.clear(retained);
        empty(&mut self.line, retained);
        self.position = 0;
        self.has_carry = true;
        self.phase = Phase::ByteOrderMark(0);
        self.skip_line_feed = false;
        self.dispatched = false;
    }

    /// Reads from the front of `chunk` up to the first thing found, or all of it. Says how many
    /// bytes were used.
    #[inline]
    pub(super) fn step<'c>(&mut self, chunk: &'c [u8]) -> (usize, Result<Found<'c>, DecodeError>) {
        let mut at = 0;
        let found = if self.has_carry {
            self.carry_then_blocks(chunk, &mut at)
        } else {
            self.blocks(chunk, &mut at)
        };
        self.position += at as u64;
        (at, found)
    }

    /// Reads whole lines from a line start.
    pub(super) fn blocks<'c>(
        &mut self,
        chunk: &'c [u8],
        at: &mut usize,
    ) -> Result<Found<'c>, DecodeError> {
        let mut spans = Spans::NONE;
        loop {
            let start = *at;
            let Some(&first) = chunk.get(start) else {
                self.block.absorb(&mut spans, chunk);
                return Ok(Found::Nothing);
            };
            if first == b'\n' || first == b'\r' {
                *at = self.line_end_at(chunk, start);
                match self.blank_line(&mut spans, chunk, start)? {
                    Some(found) => return Ok(found),
                    None => continue,
                }
            }
            let Some(end) = find_line_end(chunk, start) else {
                return self.keep_unfinished_line(&mut spans, chunk, at);
            };
            let line = chunk.get(start..end).unwrap_or_default();
            if line.len() > self.limits.max_line_bytes() {
                return Err(self.line_too_long(&spans, chunk, at));
            }
            let (name, value_start) = split_field(line);
            let value = Span { start: start + value_start, end };
            *at = self.line_end_at(chunk, end);
            match name {
                FieldName::Data if !self.block.in_use && !spans.data.is_some() => {
                    spans.data = value;
                }
                FieldName::Data => {
                    self.block.absorb(&mut spans, chunk);
                    self.block.push_data(value.of(chunk));
                }
                FieldName::EventType if !self.block.in_use => spans.event_type = value,
                FieldName::EventType => self.block.set_event_type(value.of(chunk)),
                // The standard: an id with U+0000 is ignored.
                FieldName::Id if value.of(chunk).contains(&0) => continue,
                FieldName::Id if !self.block.in_use => spans.id = value,
                FieldName::Id => self.block.set_id(value.of(chunk)),
                FieldName::Retry => match reconnection_time(value.of(chunk)) {
                    Some(time) => {
                        self.block.absorb(&mut spans, chunk);
                        return Ok(Found::Retry(time));
                    }
                    None => continue,
                },
                FieldName::Comment if self.comments => {
                    self.block.absorb(&mut spans, chunk);
                    return self.comment_in_chunk(value.of(chunk), start);
                }
                FieldName::Comment | FieldName::Unknown => continue,
            }
            let too_large = if self.block.in_use {
                self.block.event_bytes() > self.limits.max_event_bytes()
            } else {
                spans.extend_to(value);
                spans.exceed(self.limits.max_event_bytes())
            };
            if too_large {
                return Err(self.event_too_large(&spans, chunk, self.position + start as u64));
            }
        }
    }

    /// The index behind the line end at `end`. A CR at the end of the chunk ends its line at
    /// once: the LF that may follow is skipped later.
    #[inline]
    pub(super) fn line_end_at(&mut self, chunk: &[u8], end: usize) -> usize {
        if chunk.get(end) == Some(&b'\r') {
            match chunk.get(end + 1) {
                Some(b'\n') => return end + 2,
                Some(_) => {}
                None => {
                    self.skip_line_feed = true;
                    self.has_carry = true;
                }
            }
        }
        end + 1
    }

    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage>
    #[inline]
    fn blank_line<'c>(
        &mut self,
        spans: &mut Spans,
        chunk: &'c [u8],
        at: usize,
    ) -> Result<Option<Found<'c>>, DecodeError> {
        if !spans.text.is_some() && !self.block.in_use {
            return Ok(None);
        }
        let text = if self.block.in_use { None } else { utf8(spans.text.of(chunk)) };
        let Some(text) = text else {
            // It does not lie together, or some byte of the stretch is not UTF-8, and the fields
            // are looked at one by one.
            self.block.absorb(spans, chunk);
            return self.dispatch_buffered(self.position + at as u64);
        };
        if spans.id.is_some() {
            let id = text.get(spans.id.within(spans.text.start)).unwrap_or_default();
            self.last_event_id.clear();
            self.last_event_id.push_str(id);
        }
        // If the data buffer is empty, nothing is dispatched.
        if !spans.data.is_some() {
            *spans = Spans::NONE;
            return Ok(None);
        }
        self.spans = *spans;
        Ok(Some(Found::Event(text)))
    }

    /// A blank line after a block whose fields are in the buffers.
    #[inline(never)]
    fn dispatch_buffered<'c>(&mut self, at_byte: u64) -> Result<Option<Found<'c>>, DecodeError> {
        let has_data = self.block.has_data();
        if !self.block.seal() {
            if self.utf8_policy == Utf8Policy::Strict {
                let event_id = self.block.id().and_then(utf8).map(Into::into);
                self.block.clear(self.limits.max_retained_bytes());
                return Err(DecodeError::InvalidUtf8 { at_byte, event_id });
            }
            self.block.replace_invalid();
            self.block.seal();
        }
        if let Some(id) = self.block.id().and_then(utf8) {
            self.last_event_id.clear();
            self.last_event_id.push_str(id);
        }
        if has_data {
            self.dispatched = true;
            self.has_carry = true;
            Ok(Some(Found::BufferedEvent))
        } else {
            self.block.clear(self.limits.max_retained_bytes());
            Ok(None)
        }
    }

    /// The chunk ends within a line.
    #[inline(never)]
    fn keep_unfinished_line<'c>(
        &mut self,
        spans: &mut Spans,
        chunk: &'c [u8],
        at: &mut usize,
    ) -> Result<Found<'c>, DecodeError> {
        let rest = chunk.get(*at..).unwrap_or_default();
        if rest.len() > self.limits.max_line_bytes() {
            return Err(self.line_too_long(spans, chunk, at));
        }
        self.block.absorb(spans, chunk);
        self.line.extend_from_slice(rest);
        self.has_carry = true;
        *at = chunk.len();
        Ok(Found::Nothing)
    }

    fn comment_in_chunk<'c>(
        &mut self,
        text: &'c [u8],
        start: usize,
    ) -> Result<Found<'c>, DecodeError> {
        match utf8(text) {
            Some(text) => Ok(Found::Comment(Some(text))),
            None => {
                self.keep_comment(text, self.position + start as u64)?;
                Ok(Found::Comment(None))
            }
        }
    }

    /// Puts a comment into the comment buffer.
    pub(super) fn keep_comment(&mut self, text: &[u8], at_byte: u64) -> Result<(), DecodeError> {
        if self.utf8_policy == Utf8Policy::Strict && utf8(text).is_none() {
            return Err(DecodeError::InvalidUtf8 { at_byte, event_id: None });
        }
        if self.comment.capacity() > self.limits.max_retained_bytes() {
            self.comment = String::new();
        }
        self.comment.clear();
        self.comment.push_str(&String::from_utf8_lossy(text));
        Ok(())
    }

    /// A line of the chunk is longer than allowed, whether its end was seen or not.
    #[cold]
    fn line_too_long(&mut self, spans: &Spans, chunk: &[u8], at: &mut usize) -> DecodeError {
        let line_start = self.position + *at as u64;
        let event_id = id_of(spans, chunk, &self.block);
        *at = find_line_end(chunk, *at).unwrap_or(chunk.len());
        self.drop_line(line_start, event_id)
    }

    #[cold]
    pub(super) fn event_too_large(
        &mut self,
        spans: &Spans,
        chunk: &[u8],
        at_byte: u64,
    ) -> DecodeError {
        let event_id = id_of(spans, chunk, &self.block);
        self.drop_event(true);
        let max_event_bytes = self.limits.max_event_bytes();
        DecodeError::EventTooLarge { max_event_bytes, at_byte, event_id }
    }
}

/// The value of a `retry` field: ASCII digits only, and at least one. Saturates.
pub(super) fn reconnection_time(value: &[u8]) -> Option<Duration> {
    if value.is_empty() {
        return None;
    }
    let milliseconds = value.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(sum.saturating_mul(10).saturating_add(digit))
    })?;
    Some(Duration::from_millis(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reconnection_times_are_digits_only_and_saturate() {
        let time = |value: &str| reconnection_time(value.as_bytes());
        assert_eq!(time("3000"), Some(Duration::from_millis(3000)));
        assert_eq!(time("007"), Some(Duration::from_millis(7)));
        assert_eq!(time("99999999999999999999999"), Some(Duration::from_millis(u64::MAX)));
        for bad in ["", "+5", "-5", " 5", "5 ", "5.0", "0x5", "5s", "\u{664}"] {
            assert_eq!(time(bad), None, "{bad}");
        }
    }
}
