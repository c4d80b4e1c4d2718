//! What is left over from the chunk before: a BOM in parts, the LF of a CR LF, an unfinished
//! line, the rest of a dropped event, an event or a large comment that was handed out.

use alloc::{boxed::Box, string::String};

use super::{
    DecodeError,
    block_field::empty,
    machine::{Carry, Machine, Phase, Step, reconnection_time},
};
use crate::{
    field::{FieldName, has_null, split_field, started_data_value},
    line::{find_line_end, find_line_end_of_long},
};

/// <https://encoding.spec.whatwg.org/#utf-8-decode>
const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

impl Machine {
    #[inline(never)]
    pub(super) fn carry_then_whole_lines(&mut self, chunk: &[u8]) -> (Step, usize) {
        let mut at = 0;
        match self.finish_carry(chunk, &mut at) {
            Some(step) => (step, at),
            None => self.whole_lines(chunk, at),
        }
    }

    /// Goes on with a `data` line that began in an earlier chunk.
    #[inline(never)]
    pub(super) fn data_line_then_whole_lines(&mut self, chunk: &[u8]) -> (Step, usize) {
        let line_start = self.position - self.data_line_bytes as u64;
        let end = find_line_end_of_long(chunk);
        let part = chunk.get(..end).unwrap_or_default();
        let length = self.data_line_bytes.saturating_add(part.len());
        if length > self.limits.max_line_bytes() {
            return (self.drop_line(line_start, self.block.id_text()), part.len());
        }
        if end == chunk.len() {
            self.block.continue_data_line(part);
            self.data_line_bytes = length;
            return (Step::NeedInput, end);
        }
        self.block.finish_data_line(chunk, end);
        self.data_line_bytes = 0;
        self.carry = Carry::None;
        let at = self.line_end_at(chunk, end);
        if self.block.event_bytes() > self.limits.max_event_bytes() {
            return (self.drop_event(line_start, self.block.id_text()), at);
        }
        // Most often the blank line is next.
        if chunk.get(at) == Some(&b'\n') {
            if let Some(step) = self.dispatch_buffered(self.position + at as u64) {
                return (step, at + 1);
            }
        }
        self.whole_lines(chunk, at)
    }

    /// Deals with what is left over from before `chunk`. `None`: nothing is left over now but
    /// fields in the block buffers, and `at` is at a line start.
    #[inline]
    fn finish_carry(&mut self, chunk: &[u8], at: &mut usize) -> Option<Step> {
        // Whatever leaves something for the next chunk says so.
        self.carry = Carry::None;
        if self.dispatched {
            self.dispatched = false;
            self.block.clear(self.limits.max_retained_bytes());
        }
        if self.comment.capacity() > self.limits.max_retained_bytes() {
            self.comment = String::new();
        }
        if self.skip_line_feed {
            match chunk.get(*at) {
                None => return Some(self.wait_for_more()),
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
                return Some(self.wait_for_more());
            }
        }
        if self.line.is_empty() {
            None
        } else {
            self.finish_line(chunk, at)
        }
    }

    /// What is left over goes on with the next chunk.
    const fn wait_for_more(&mut self) -> Step {
        self.carry = Carry::Any;
        Step::NeedInput
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
        loop {
            let end = find_line_end(chunk, *at);
            if end == chunk.len() {
                break;
            }
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
        let rest = chunk.get(*at..end).unwrap_or_default();
        let line_start = self.position + *at as u64 - self.line.len() as u64;
        *at += rest.len();
        if self.line.len().saturating_add(rest.len()) > self.limits.max_line_bytes() {
            return Some(self.drop_line(line_start, self.block.id_text()));
        }
        self.line.extend_from_slice(rest);
        let line = core::mem::take(&mut self.line);
        let step = if end < chunk.len() {
            *at = self.line_end_at(chunk, end);
            self.buffered_line(&line, line_start)
        } else if let Some(value_start) = started_data_value(&line) {
            let value = line.get(value_start..).unwrap_or_default();
            self.block.begin_data_line(value);
            self.data_line_bytes = line.len();
            self.carry = Carry::DataLine;
            Some(Step::NeedInput)
        } else {
            self.line = line;
            return Some(self.wait_for_more());
        };
        self.line = line;
        empty(&mut self.line, self.limits.max_retained_bytes());
        step
    }

    /// Processes a line that was put together.
    #[inline]
    fn buffered_line(&mut self, line: &[u8], line_start: u64) -> Option<Step> {
        let (name, value_start) = split_field(line);
        let value = line.get(value_start..).unwrap_or_default();
        match name {
            FieldName::Data => self.block.push_data(value),
            FieldName::EventType => self.block.set_event_type(value),
            FieldName::Id if !has_null(value) => self.block.set_id(value),
            FieldName::Retry => {
                if let Some(time) = reconnection_time(value) {
                    self.reconnection_time = time;
                    return Some(Step::Retry);
                }
            }
            FieldName::Comment if self.comments => {
                return Some(self.keep_comment(value, line_start));
            }
            FieldName::Id | FieldName::Comment | FieldName::Unknown => {}
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
        self.fail(DecodeError::LineTooLong {
            max_line_bytes,
            at_byte,
            event_id,
        })
    }

    /// Drops the event behind the line that was read.
    pub(super) fn drop_event(&mut self, at_byte: u64, event_id: Option<Box<str>>) -> Step {
        self.skip_block(true);
        let max_event_bytes = self.limits.max_event_bytes();
        self.fail(DecodeError::EventTooLarge {
            max_event_bytes,
            at_byte,
            event_id,
        })
    }

    fn skip_block(&mut self, line_is_empty: bool) {
        let retained = self.limits.max_retained_bytes();
        self.block.clear(retained);
        empty(&mut self.line, retained);
        self.data_line_bytes = 0;
        self.phase = Phase::Skipping { line_is_empty };
        self.carry = Carry::Any;
    }
}
