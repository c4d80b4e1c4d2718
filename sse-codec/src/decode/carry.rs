//! What is left over from the chunk before: a BOM in parts, the LF of a CR LF, an unfinished
//! line, the rest of a dropped event, an event that was handed out.

use alloc::boxed::Box;
use core::time::Duration;

use super::{
    DecodeError,
    block::{Spans, empty},
    machine::{Found, Machine, Phase, reconnection_time},
};
use crate::{
    field::{FieldName, split_field},
    line::find_line_end,
};

/// <https://encoding.spec.whatwg.org/#utf-8-decode>
const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// What a line asks the caller to do.
enum LineOutcome {
    Continue,
    Retry(Duration),
    Comment,
}

impl Machine {
    #[inline(never)]
    pub(super) fn carry_then_blocks<'c>(
        &mut self,
        chunk: &'c [u8],
        at: &mut usize,
    ) -> Result<Found<'c>, DecodeError> {
        let found = self.carry(chunk, at);
        self.has_carry = self.skip_line_feed
            || self.dispatched
            || !self.line.is_empty()
            || self.phase != Phase::Lines;
        match found? {
            Some(found) => Ok(found),
            None => self.blocks(chunk, at),
        }
    }

    /// Deals with what is left over from before `chunk`. `None`: nothing is left over now but
    /// fields in the block buffers, and `at` is at a line start.
    #[inline]
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
        if self.phase != Phase::Lines {
            match self.phase {
                Phase::ByteOrderMark(seen) => self.skip_byte_order_mark(seen, chunk, at),
                Phase::Skipping { line_is_empty } => {
                    self.skip_to_blank_line(line_is_empty, chunk, at);
                }
                Phase::Lines => {}
            }
            if self.phase != Phase::Lines {
                return Ok(Some(Found::Nothing));
            }
        }
        if self.line.is_empty() { Ok(None) } else { self.finish_line(chunk, at) }
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
                    self.line.extend_from_slice(BYTE_ORDER_MARK.get(..seen).unwrap_or_default());
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
    #[inline]
    fn finish_line<'c>(
        &mut self,
        chunk: &'c [u8],
        at: &mut usize,
    ) -> Result<Option<Found<'c>>, DecodeError> {
        let end = find_line_end(chunk, *at);
        let rest = chunk.get(*at..end.unwrap_or(chunk.len())).unwrap_or_default();
        let line_start = self.position + *at as u64 - self.line.len() as u64;
        *at += rest.len();
        if self.line.len().saturating_add(rest.len()) > self.limits.max_line_bytes() {
            let event_id = self.block.id_text();
            return Err(self.drop_line(line_start, event_id));
        }
        self.line.extend_from_slice(rest);
        let Some(end) = end else { return Ok(Some(Found::Nothing)) };
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
    #[inline]
    fn buffered_line(&mut self, line_start: u64) -> Result<LineOutcome, DecodeError> {
        let (name, value_start) = split_field(&self.line);
        if name == FieldName::Data {
            self.block.push_data_line(&mut self.line, value_start);
        } else {
            let line = core::mem::take(&mut self.line);
            let value = line.get(value_start..).unwrap_or_default();
            match name {
                FieldName::EventType => self.block.set_event_type(value),
                FieldName::Id if !value.contains(&0) => self.block.set_id(value),
                FieldName::Retry => {
                    if let Some(time) = reconnection_time(value) {
                        return Ok(LineOutcome::Retry(time));
                    }
                }
                FieldName::Comment if self.comments => {
                    self.keep_comment(value, line_start)?;
                    return Ok(LineOutcome::Comment);
                }
                FieldName::Data | FieldName::Id | FieldName::Comment | FieldName::Unknown => {}
            }
            self.line = line;
        }
        if self.block.event_bytes() > self.limits.max_event_bytes() {
            return Err(self.event_too_large(&Spans::NONE, &[], line_start));
        }
        Ok(LineOutcome::Continue)
    }

    /// Drops the event with the line that was being read; its line end is still to come.
    pub(super) fn drop_line(&mut self, at_byte: u64, event_id: Option<Box<str>>) -> DecodeError {
        self.drop_event(false);
        let max_line_bytes = self.limits.max_line_bytes();
        DecodeError::LineTooLong { max_line_bytes, at_byte, event_id }
    }

    pub(super) fn drop_event(&mut self, line_is_empty: bool) {
        let retained = self.limits.max_retained_bytes();
        self.block.clear(retained);
        empty(&mut self.line, retained);
        self.phase = Phase::Skipping { line_is_empty };
        self.has_carry = true;
    }
}
