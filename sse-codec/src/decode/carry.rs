//! What is left over from the chunk before: a BOM in parts, the LF of a CR LF, an unfinished
//! line, the rest of a dropped event, an event that was handed out.

use alloc::boxed::Box;

use super::{
    DecodeError,
    block::empty,
    machine::{Machine, Phase, Step, reconnection_time},
};
use crate::{
    field::{FieldName, split_field},
    line::find_line_end,
};

/// <https://encoding.spec.whatwg.org/#utf-8-decode>
const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

impl Machine {
    #[inline(never)]
    pub(super) fn carry_then_blocks(&mut self, chunk: &[u8]) -> (Step, usize) {
        let mut at = 0;
        let step = self.carry(chunk, &mut at);
        self.has_carry = self.skip_line_feed
            || self.dispatched
            || !self.line.is_empty()
            || self.phase != Phase::Lines;
        match step {
            Some(step) => (step, at),
            None => self.blocks(chunk, at),
        }
    }

    /// Deals with what is left over from before `chunk`. `None`: nothing is left over now but
    /// fields in the block buffers, and `at` is at a line start.
    #[inline]
    fn carry(&mut self, chunk: &[u8], at: &mut usize) -> Option<Step> {
        if self.dispatched {
            self.dispatched = false;
            self.block.clear(self.limits.max_retained_bytes());
        }
        if self.skip_line_feed {
            match chunk.get(*at) {
                None => return Some(Step::NeedInput),
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
                return Some(Step::NeedInput);
            }
        }
        if self.line.is_empty() { None } else { self.finish_line(chunk, at) }
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
    fn finish_line(&mut self, chunk: &[u8], at: &mut usize) -> Option<Step> {
        let end = find_line_end(chunk, *at);
        let rest = chunk.get(*at..end.unwrap_or(chunk.len())).unwrap_or_default();
        let line_start = self.position + *at as u64 - self.line.len() as u64;
        *at += rest.len();
        if self.line.len().saturating_add(rest.len()) > self.limits.max_line_bytes() {
            return Some(self.drop_line(line_start, self.block.id_text()));
        }
        self.line.extend_from_slice(rest);
        let Some(end) = end else { return Some(Step::NeedInput) };
        *at = self.line_end_at(chunk, end);
        let step = self.buffered_line(line_start);
        empty(&mut self.line, self.limits.max_retained_bytes());
        step
    }

    /// Processes the line in the line buffer.
    #[inline]
    fn buffered_line(&mut self, line_start: u64) -> Option<Step> {
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
                        self.reconnection_time = time;
                        return Some(Step::Retry);
                    }
                }
                FieldName::Comment if self.comments => {
                    return Some(self.keep_comment(value, line_start));
                }
                FieldName::Data | FieldName::Id | FieldName::Comment | FieldName::Unknown => {}
            }
            self.line = line;
        }
        if self.block.event_bytes() > self.limits.max_event_bytes() {
            return Some(self.drop_event(line_start, self.block.id_text()));
        }
        None
    }

    /// Drops the event with the line that was being read; its line end is still to come.
    pub(super) fn drop_line(&mut self, at_byte: u64, event_id: Option<Box<str>>) -> Step {
        self.skip_block(false);
        let max_line_bytes = self.limits.max_line_bytes();
        self.fail(DecodeError::LineTooLong { max_line_bytes, at_byte, event_id })
    }

    /// Drops the event behind the line that was read.
    pub(super) fn drop_event(&mut self, at_byte: u64, event_id: Option<Box<str>>) -> Step {
        self.skip_block(true);
        let max_event_bytes = self.limits.max_event_bytes();
        self.fail(DecodeError::EventTooLarge { max_event_bytes, at_byte, event_id })
    }

    fn skip_block(&mut self, line_is_empty: bool) {
        let retained = self.limits.max_retained_bytes();
        self.block.clear(retained);
        empty(&mut self.line, retained);
        self.phase = Phase::Skipping { line_is_empty };
        self.has_carry = true;
    }
}
