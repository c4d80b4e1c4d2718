//! Whole lines of the chunk at hand: fields stay where they are, as ranges of it, until there is
//! a reason to put them together.

use super::{
    block::id_of,
    machine::{Carry, Machine, Step, reconnection_time},
    spans::Span,
};
use crate::{
    field::{self, FieldName, has_null, started_data_value},
    line::find_line_end,
};

impl Machine {
    /// Reads whole lines from the line start at `at`.
    pub(super) fn whole_lines(&mut self, chunk: &[u8], mut at: usize) -> (Step, usize) {
        self.spans.clear();
        loop {
            let start = at;
            let Some(&first) = chunk.get(start) else {
                self.block.absorb(&mut self.spans, chunk);
                return (Step::NeedInput, at);
            };
            if first == b'\n' || first == b'\r' {
                at = self.line_end_at(chunk, start);
                match self.blank_line(chunk, start) {
                    Some(step) => return (step, at),
                    None => continue,
                }
            }
            let end = find_line_end(chunk, start);
            if end == chunk.len() {
                return (self.keep_unfinished_line(chunk, start), end);
            }
            let line = chunk.get(start..end).unwrap_or_default();
            if line.len() > self.limits.max_line_bytes() {
                return (self.line_too_long(chunk, start), end);
            }
            at = self.line_end_at(chunk, end);
            let value_at = |value_start| Span {
                start: start + value_start,
                end,
            };
            // Each name has its own branch: a name as a value would be looked up in a table, at a
            // place where the processor cannot tell what comes next.
            let value = if let Some(value_start) = field::data_value(line) {
                let value = value_at(value_start);
                self.found_data(chunk, value);
                value
            } else if let Some(value_start) = field::id_value(line) {
                let value = value_at(value_start);
                // The standard: an id with U+0000 is ignored.
                if has_null(value.of(chunk)) {
                    continue;
                }
                self.found_id(chunk, value);
                value
            } else if let Some(value_start) = field::event_type_value(line) {
                let value = value_at(value_start);
                self.found_event_type(chunk, value);
                value
            } else {
                let (name, value_start) = field::split_other(line);
                let value = value_at(value_start);
                match name {
                    FieldName::Data => self.found_data(chunk, value),
                    FieldName::Id => self.found_id(chunk, value),
                    FieldName::EventType => self.found_event_type(chunk, value),
                    FieldName::Retry => match reconnection_time(value.of(chunk)) {
                        Some(time) => {
                            self.block.absorb(&mut self.spans, chunk);
                            self.reconnection_time = time;
                            return (Step::Retry, at);
                        }
                        None => continue,
                    },
                    FieldName::Comment if self.comments => {
                        self.block.absorb(&mut self.spans, chunk);
                        self.spans.text = value;
                        self.found_at = self.position + start as u64;
                        return (Step::Comment, at);
                    }
                    FieldName::Comment | FieldName::Unknown => continue,
                }
                value
            };
            let too_large = if self.block.in_use {
                self.block.event_bytes() > self.limits.max_event_bytes()
            } else {
                self.spans.extend_to(value);
                self.spans.exceed(self.limits.max_event_bytes())
            };
            if too_large {
                return (self.event_too_large(chunk, start), at);
            }
        }
    }

    #[inline(always)]
    fn found_data(&mut self, chunk: &[u8], value: Span) {
        if self.block.in_use || self.spans.data.is_some() {
            self.block.absorb(&mut self.spans, chunk);
            self.block.push_data_line(chunk, value);
        } else {
            self.spans.data = value;
        }
    }

    #[inline(always)]
    fn found_event_type(&mut self, chunk: &[u8], value: Span) {
        if self.block.in_use {
            self.block.set_event_type(value.of(chunk));
        } else {
            self.spans.event_type = value;
        }
    }

    #[inline(always)]
    fn found_id(&mut self, chunk: &[u8], value: Span) {
        if self.block.in_use {
            self.block.set_id(value.of(chunk));
        } else {
            self.spans.id = value;
        }
    }

    /// The index behind the line end at `end`. A CR at the end of the chunk ends its line at
    /// once: the LF that may follow is skipped later.
    #[inline(always)]
    pub(super) fn line_end_at(&mut self, chunk: &[u8], end: usize) -> usize {
        if chunk.get(end) == Some(&b'\r') {
            match chunk.get(end + 1) {
                Some(b'\n') => return end + 2,
                Some(_) => {}
                None => {
                    self.skip_line_feed = true;
                    self.carry = Carry::Any;
                }
            }
        }
        end + 1
    }

    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage>
    #[inline]
    fn blank_line(&mut self, chunk: &[u8], start: usize) -> Option<Step> {
        if self.block.in_use {
            return self.dispatch_buffered(self.position + start as u64);
        }
        if self.spans.data.is_some() {
            self.found_at = self.position + start as u64;
            return Some(Step::Event);
        }
        if self.spans.text.is_some() {
            // The data buffer is empty, so nothing is dispatched, but an id counts.
            self.block.absorb(&mut self.spans, chunk);
            return self.dispatch_buffered(self.position + start as u64);
        }
        None
    }

    /// The chunk ends within the line at `start`.
    #[inline(never)]
    fn keep_unfinished_line(&mut self, chunk: &[u8], start: usize) -> Step {
        let rest = chunk.get(start..).unwrap_or_default();
        if rest.len() > self.limits.max_line_bytes() {
            return self.line_too_long(chunk, start);
        }
        if let Some(value_start) = started_data_value(rest) {
            self.block
                .absorb_and_begin_data_line(&mut self.spans, chunk, start + value_start);
            self.data_line_bytes = rest.len();
            self.carry = Carry::DataLine;
        } else {
            self.block.absorb(&mut self.spans, chunk);
            self.line.extend_from_slice(rest);
            self.carry = Carry::Any;
        }
        Step::NeedInput
    }

    /// The line at `start` is longer than allowed; its line end is still to come.
    #[cold]
    fn line_too_long(&mut self, chunk: &[u8], start: usize) -> Step {
        let event_id = id_of(&self.spans, chunk, &self.block);
        self.drop_line(self.position + start as u64, event_id)
    }

    /// With the line at `start`, now processed, the event is larger than allowed.
    #[cold]
    fn event_too_large(&mut self, chunk: &[u8], start: usize) -> Step {
        let event_id = id_of(&self.spans, chunk, &self.block);
        self.drop_event(self.position + start as u64, event_id)
    }
}
