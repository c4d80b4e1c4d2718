//! The state machine: is told bytes, says what it found in them. Does no I/O, copies only what
//! does not lie together in one chunk.
//!
//! Two paths, one meaning. *Blocks*: from a line start, line after line of the chunk at hand,
//! fields kept as ranges of it. *Carry*: what is left over from the chunk before: a BOM in
//! parts, the LF of a CR LF, an unfinished line, the rest of a dropped event. Each chunk begins
//! with the carry, if there is any, and then stays with the blocks.

use alloc::{string::String, vec::Vec};
use core::{ops::Range, time::Duration};

use super::{
    DecodeError, Utf8Policy,
    block::{Block, Spans, empty, id_of},
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
    /// An event that lies in the chunk.
    Event(InChunk<'c>),
    /// An event in the machine's own block buffers, checked to be UTF-8.
    BufferedEvent,
    Retry(Duration),
    /// A comment that lies in the chunk, or (`None`) in the machine's comment buffer.
    Comment(Option<&'c str>),
}

/// An event that lies in one chunk: the text from its first field to its last, and the ranges
/// of the fields in it.
#[derive(Debug)]
pub(super) struct InChunk<'c> {
    pub(super) text: &'c str,
    pub(super) data: Range<usize>,
    pub(super) event_type: Range<usize>,
    pub(super) id: Option<Range<usize>>,
}

/// What a line asks the caller to do.
enum LineOutcome {
    Continue,
    Retry(Duration),
    Comment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// So many bytes of a leading BOM were seen.
    ByteOrderMark(usize),
    Lines,
    /// After an error: everything up to the next blank line goes.
    Skipping {
        line_is_empty: bool,
    },
}

/// <https://encoding.spec.whatwg.org/#utf-8-decode>
const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

#[derive(Debug)]
pub(super) struct Machine {
    pub(super) limits: Limits,
    pub(super) utf8_policy: Utf8Policy,
    pub(super) comments: bool,
    pub(super) last_event_id: String,
    pub(super) block: Block,
    pub(super) comment: String,
    phase: Phase,
    /// The last line ended with a CR at the end of its chunk: a LF that follows belongs to it.
    skip_line_feed: bool,
    /// The beginning of a line whose end is still to come.
    line: Vec<u8>,
    /// The block buffers hold an event that was handed out by the last step.
    dispatched: bool,
    /// Offset in the stream of the chunk at hand.
    position: u64,
}

impl Machine {
    pub(super) fn new() -> Self {
        Self {
            limits: Limits::DEFAULT,
            utf8_policy: Utf8Policy::Replace,
            comments: false,
            last_event_id: String::new(),
            block: Block::default(),
            comment: String::new(),
            phase: Phase::ByteOrderMark(0),
            skip_line_feed: false,
            line: Vec::new(),
            dispatched: false,
            position: 0,
        }
    }

    /// For a new connection: forgets everything but settings and the last event ID.
    pub(super) fn reset(&mut self) {
        let retained = self.limits.max_retained_bytes();
        self.block.clear(retained);
        empty(&mut self.line, retained);
        self.phase = Phase::ByteOrderMark(0);
        self.skip_line_feed = false;
        self.dispatched = false;
        self.position = 0;
    }

    /// Reads from the front of `chunk` up to the first thing found, or all of it. Says how many
    /// bytes were used.
    #[inline]
    pub(super) fn step<'c>(&mut self, chunk: &'c [u8]) -> (usize, Result<Found<'c>, DecodeError>) {
        let mut at = 0;
        let found = if self.has_carry() {
            match self.carry(chunk, &mut at) {
                Ok(None) => self.blocks(chunk, &mut at),
                Ok(Some(found)) => Ok(found),
                Err(error) => Err(error),
            }
        } else {
            self.blocks(chunk, &mut at)
        };
        self.position += at as u64;
        (at, found)
    }

    #[inline]
    fn has_carry(&self) -> bool {
        self.skip_line_feed
            || self.dispatched
            || !self.line.is_empty()
            || !matches!(self.phase, Phase::Lines)
    }

    /// Reads whole lines from a line start.
    #[inline]
    fn blocks<'c>(&mut self, chunk: &'c [u8], at: &mut usize) -> Result<Found<'c>, DecodeError> {
        let mut spans = Spans::default();
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
            let Some(line) = chunk.get(start..end) else {
                return Ok(Found::Nothing);
            };
            if line.len() > self.limits.max_line_bytes() {
                return Err(self.line_too_long(&spans, chunk, at));
            }
            let (name, value_start) = split_field(line);
            let value = start + value_start..end;
            *at = self.line_end_at(chunk, end);
            match name {
                FieldName::Data => {
                    if self.block.in_use || spans.data.is_some() {
                        self.block.absorb(&mut spans, chunk);
                        self.block.push_data(chunk.get(value).unwrap_or_default());
                    } else {
                        spans.data = Some(value);
                    }
                }
                FieldName::EventType => {
                    if self.block.in_use {
                        self.block
                            .set_event_type(chunk.get(value).unwrap_or_default());
                    } else {
                        spans.event_type = Some(value);
                    }
                }
                FieldName::Id => {
                    // The standard: an id with U+0000 is ignored.
                    let id = chunk.get(value.clone()).unwrap_or_default();
                    if id.contains(&0) {
                        continue;
                    }
                    if self.block.in_use {
                        self.block.set_id(id);
                    } else {
                        spans.id = Some(value);
                    }
                }
                FieldName::Retry => {
                    if let Some(time) = reconnection_time(chunk.get(value).unwrap_or_default()) {
                        self.block.absorb(&mut spans, chunk);
                        return Ok(Found::Retry(time));
                    }
                    continue;
                }
                FieldName::Comment => {
                    if self.comments {
                        self.block.absorb(&mut spans, chunk);
                        return self.comment_in_chunk(chunk.get(value).unwrap_or_default(), start);
                    }
                    continue;
                }
                FieldName::Unknown => continue,
            }
            if spans.event_bytes() + self.block.event_bytes() > self.limits.max_event_bytes() {
                return Err(self.event_too_large(&spans, chunk, self.position + start as u64));
            }
        }
    }

    /// The index behind the line end at `end`. A CR at the end of the chunk ends its line at
    /// once: the LF that may follow is skipped later.
    #[inline]
    fn line_end_at(&mut self, chunk: &[u8], end: usize) -> usize {
        match chunk.get(end..) {
            Some([b'\r', b'\n', ..]) => end + 2,
            Some([b'\r']) => {
                self.skip_line_feed = true;
                end + 1
            }
            _ => end + 1,
        }
    }

    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage>
    #[inline]
    fn blank_line<'c>(
        &mut self,
        spans: &mut Spans,
        chunk: &'c [u8],
        at: usize,
    ) -> Result<Option<Found<'c>>, DecodeError> {
        if self.block.in_use {
            self.block.absorb(spans, chunk);
            return self.dispatch_buffered(self.position + at as u64);
        }
        if spans.is_empty() {
            return Ok(None);
        }
        let Spans {
            data,
            event_type,
            id,
        } = spans;
        let first = [&*data, &*event_type, &*id]
            .into_iter()
            .flatten()
            .map(|span| span.start)
            .min();
        let end = [&*data, &*event_type, &*id]
            .into_iter()
            .flatten()
            .map(|span| span.end)
            .max();
        let (Some(first), Some(end)) = (first, end) else {
            return Ok(None);
        };
        let Some(text) = chunk.get(first..end).and_then(utf8) else {
            // Some byte of the stretch is not UTF-8: the fields are looked at one by one.
            self.block.absorb(spans, chunk);
            return self.dispatch_buffered(self.position + at as u64);
        };
        let within = |span: Range<usize>| span.start - first..span.end - first;
        let id = id.take().map(within);
        if let Some(id) = id.clone() {
            self.last_event_id.clear();
            self.last_event_id
                .push_str(text.get(id).unwrap_or_default());
        }
        let event_type = event_type.take().map_or(0..0, within);
        // If the data buffer is empty, nothing is dispatched.
        Ok(data.take().map(within).map(|data| {
            Found::Event(InChunk {
                text,
                data,
                event_type,
                id,
            })
        }))
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
    fn keep_comment(&mut self, text: &[u8], at_byte: u64) -> Result<(), DecodeError> {
        if self.utf8_policy == Utf8Policy::Strict && utf8(text).is_none() {
            return Err(DecodeError::InvalidUtf8 {
                at_byte,
                event_id: None,
            });
        }
        if self.comment.capacity() > self.limits.max_retained_bytes() {
            self.comment = String::new();
        }
        self.comment.clear();
        self.comment.push_str(&String::from_utf8_lossy(text));
        Ok(())
    }

    /// Deals with what is left over from before `chunk`. `None`: nothing is left over now, and
    /// `at` is at a line start.
    #[inline(never)]
    fn carry<'c>(
        &mut self,
        chunk: &'c [u8],
        at: &mut usize,
    ) -> Result<Option<Found<'c>>, DecodeError> {
        if self.dispatched {
            self.dispatched = false;
            self.block.clear(self.limits.max_retained_bytes());
        }
        if self.skip_line_feed {
            match chunk.get(*at) {
                None => return Ok(Some(Found::Nothing)),
                Some(b'\n') => *at += 1,
                Some(_) => {}
            }
            self.skip_line_feed = false;
        }
        if let Phase::ByteOrderMark(seen) = self.phase {
            self.skip_byte_order_mark(seen, chunk, at);
        }
        if let Phase::Skipping { line_is_empty } = self.phase {
            self.skip_to_blank_line(line_is_empty, chunk, at);
        }
        if self.phase != Phase::Lines {
            return Ok(Some(Found::Nothing));
        }
        if self.line.is_empty() {
            Ok(None)
        } else {
            self.finish_line(chunk, at)
        }
    }

    fn skip_byte_order_mark(&mut self, mut seen: usize, chunk: &[u8], at: &mut usize) {
        while let Some(expected) = BYTE_ORDER_MARK.get(seen) {
            match chunk.get(*at) {
                None => {
                    self.phase = Phase::ByteOrderMark(seen);
                    return;
                }
                Some(byte) if byte == expected => {
                    seen += 1;
                    *at += 1;
                }
                Some(_) => {
                    // Not a BOM after all: what looked like one begins the first line.
                    self.line
                        .extend_from_slice(BYTE_ORDER_MARK.get(..seen).unwrap_or_default());
                    break;
                }
            }
        }
        self.phase = Phase::Lines;
    }

    fn skip_to_blank_line(&mut self, mut line_is_empty: bool, chunk: &[u8], at: &mut usize) {
        while let Some(end) = find_line_end(chunk, *at) {
            let blank = line_is_empty && end == *at;
            *at = self.line_end_at(chunk, end);
            line_is_empty = true;
            if blank {
                self.phase = Phase::Lines;
                return;
            }
        }
        line_is_empty &= *at == chunk.len();
        *at = chunk.len();
        self.phase = Phase::Skipping { line_is_empty };
    }

    /// Goes on with a line that began in an earlier chunk.
    fn finish_line<'c>(
        &mut self,
        chunk: &'c [u8],
        at: &mut usize,
    ) -> Result<Option<Found<'c>>, DecodeError> {
        let end = find_line_end(chunk, *at);
        let rest = chunk
            .get(*at..end.unwrap_or(chunk.len()))
            .unwrap_or_default();
        let line_start = self.position + *at as u64 - self.line.len() as u64;
        if self.line.len().saturating_add(rest.len()) > self.limits.max_line_bytes() {
            let event_id = self.block.id_text();
            *at += rest.len();
            return Err(self.drop_line(line_start, event_id));
        }
        self.line.extend_from_slice(rest);
        *at += rest.len();
        let Some(end) = end else {
            return Ok(Some(Found::Nothing));
        };
        *at = self.line_end_at(chunk, end);
        let outcome = self.buffered_line(line_start);
        empty(&mut self.line, self.limits.max_retained_bytes());
        match outcome? {
            LineOutcome::Continue => Ok(None),
            LineOutcome::Retry(time) => Ok(Some(Found::Retry(time))),
            LineOutcome::Comment => Ok(Some(Found::Comment(None))),
        }
    }

    /// Processes the line in the line buffer.
    fn buffered_line(&mut self, line_start: u64) -> Result<LineOutcome, DecodeError> {
        let (name, value_start) = split_field(&self.line);
        let mut line = core::mem::take(&mut self.line);
        let value = line.get(value_start..).unwrap_or_default();
        let mut outcome = LineOutcome::Continue;
        match name {
            FieldName::Data => self.block.push_data_line(&mut line, value_start),
            FieldName::EventType => self.block.set_event_type(value),
            FieldName::Id if value.contains(&0) => {}
            FieldName::Id => self.block.set_id(value),
            FieldName::Retry => {
                if let Some(time) = reconnection_time(value) {
                    outcome = LineOutcome::Retry(time);
                }
            }
            FieldName::Comment if self.comments => {
                self.keep_comment(value, line_start)?;
                outcome = LineOutcome::Comment;
            }
            FieldName::Comment | FieldName::Unknown => {}
        }
        self.line = line;
        if self.block.event_bytes() > self.limits.max_event_bytes() {
            return Err(self.event_too_large(&Spans::default(), &[], line_start));
        }
        Ok(outcome)
    }

    /// A line of the chunk is longer than allowed, whether its end was seen or not.
    #[cold]
    fn line_too_long(&mut self, spans: &Spans, chunk: &[u8], at: &mut usize) -> DecodeError {
        let line_start = self.position + *at as u64;
        let event_id = id_of(spans, chunk, &self.block);
        *at = find_line_end(chunk, *at).unwrap_or(chunk.len());
        self.drop_line(line_start, event_id)
    }

    /// Drops the event with the line that was being read; its line end is still to come.
    fn drop_line(&mut self, at_byte: u64, event_id: Option<alloc::boxed::Box<str>>) -> DecodeError {
        self.drop_event(false);
        let max_line_bytes = self.limits.max_line_bytes();
        DecodeError::LineTooLong {
            max_line_bytes,
            at_byte,
            event_id,
        }
    }

    #[cold]
    fn event_too_large(&mut self, spans: &Spans, chunk: &[u8], at_byte: u64) -> DecodeError {
        let event_id = id_of(spans, chunk, &self.block);
        self.drop_event(true);
        let max_event_bytes = self.limits.max_event_bytes();
        DecodeError::EventTooLarge {
            max_event_bytes,
            at_byte,
            event_id,
        }
    }

    fn drop_event(&mut self, line_is_empty: bool) {
        let retained = self.limits.max_retained_bytes();
        self.block.clear(retained);
        empty(&mut self.line, retained);
        self.phase = Phase::Skipping { line_is_empty };
    }
}

/// The value of a `retry` field: ASCII digits only, and at least one. Saturates.
fn reconnection_time(value: &[u8]) -> Option<Duration> {
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
        assert_eq!(
            time("99999999999999999999999"),
            Some(Duration::from_millis(u64::MAX))
        );
        for bad in ["", "+5", "-5", " 5", "5 ", "5.0", "0x5", "5s", "\u{664}"] {
            assert_eq!(time(bad), None, "{bad}");
        }
    }
}
