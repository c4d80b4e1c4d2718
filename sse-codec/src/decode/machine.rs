//! The state machine: is told bytes, says what it found in them. Does no I/O, copies only what
//! does not lie together in one chunk.
//!
//! Two paths, one meaning, each in its own file. *Whole lines*: from a line start, line after
//! line of the chunk at hand, fields kept as ranges of it. *Carry*: what is left over from the
//! chunk before. Each chunk begins with the carry, if there is any, and then stays with the whole
//! lines.

use alloc::{string::String, vec::Vec};
use core::time::Duration;

use super::{DecodeError, Utf8Policy, block::Block, block_field::empty, spans::Spans};
use crate::{Limits, byte_str::utf8};

/// What a step found, and so what its caller does next. What belongs to it is in the machine: a
/// value that fits a register is all that goes back, because this is asked for every event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The chunk is used up.
    NeedInput,
    /// An event that lies in the chunk, at `spans`. Its caller looks whether it is UTF-8, and
    /// then calls [`Machine::accept`] or [`Machine::refuse`].
    Event,
    /// An event in the block buffers, which are sealed.
    BufferedEvent,
    /// A reconnection time, in `reconnection_time`.
    Retry,
    /// A comment that lies in the chunk, at `spans.text`. Its caller looks whether it is UTF-8,
    /// and else calls [`Machine::refuse_comment`].
    Comment,
    /// A comment in the comment buffer.
    BufferedComment,
    /// An error, in `error`.
    Error,
}

/// What is left over from the chunk before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carry {
    None,
    /// An unfinished `data` line and nothing else: what most long streams are made of.
    DataLine,
    /// Anything.
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// So many bytes of a leading BOM were seen.
    ByteOrderMark(usize),
    Lines,
    /// After an error: everything up to the next blank line goes.
    Skipping {
        line_is_empty: bool,
    },
}

#[derive(Debug)]
pub(super) struct Machine {
    pub(super) limits: Limits,
    pub(super) utf8_policy: Utf8Policy,
    pub(super) comments: bool,
    pub(super) last_event_id: String,
    /// The fields of the block at hand, where it lies in one chunk.
    pub(super) spans: Spans,
    pub(super) reconnection_time: Duration,
    pub(super) error: Option<DecodeError>,
    /// Where in the stream the line starts at which the last event or comment was found.
    pub(super) found_at: u64,
    pub(super) block: Block,
    pub(super) comment: String,
    /// Offset in the stream of the chunk at hand.
    pub(super) position: u64,
    /// Whether something is left over from the chunk before: any of what follows.
    pub(super) carry: Carry,
    pub(super) phase: Phase,
    /// The last line ended with a CR at the end of its chunk: a LF that follows belongs to it.
    pub(super) skip_line_feed: bool,
    /// The beginning of a line whose end is still to come, while it may be any line.
    pub(super) line: Vec<u8>,
    /// Or how many bytes there were of a `data` line, whose value goes to the block at once.
    pub(super) data_line_bytes: usize,
    /// The block buffers hold an event that was handed out by the last step.
    pub(super) dispatched: bool,
}

impl Machine {
    pub(super) fn new() -> Self {
        Self {
            limits: Limits::DEFAULT,
            utf8_policy: Utf8Policy::Replace,
            comments: false,
            last_event_id: String::new(),
            spans: Spans::NONE,
            reconnection_time: Duration::ZERO,
            error: None,
            found_at: 0,
            block: Block::default(),
            comment: String::new(),
            position: 0,
            carry: Carry::Any,
            phase: Phase::ByteOrderMark(0),
            skip_line_feed: false,
            line: Vec::new(),
            data_line_bytes: 0,
            dispatched: false,
        }
    }

    /// For a new connection: forgets everything but settings and the last event ID.
    pub(super) fn reset(&mut self) {
        let retained = self.limits.max_retained_bytes();
        self.block.clear(retained);
        empty(&mut self.line, retained);
        self.data_line_bytes = 0;
        self.position = 0;
        self.carry = Carry::Any;
        self.phase = Phase::ByteOrderMark(0);
        self.skip_line_feed = false;
        self.dispatched = false;
    }

    /// Reads from the front of `chunk` up to the first thing found, or all of it. Says how many
    /// bytes were used.
    #[inline]
    pub(super) fn step(&mut self, chunk: &[u8]) -> (Step, usize) {
        let (step, used) = match self.carry {
            Carry::None if chunk.is_empty() => (Step::NeedInput, 0),
            Carry::None => self.whole_lines(chunk, 0),
            Carry::DataLine => self.data_line_then_whole_lines(chunk),
            Carry::Any => self.carry_then_whole_lines(chunk),
        };
        self.position += used as u64;
        (step, used)
    }

    /// The event at `spans` is the UTF-8 text between its first and last field: its id is now
    /// the last event ID.
    #[inline]
    pub(super) fn accept(&mut self, text: &str) {
        if self.spans.id.is_some() {
            let id = text
                .get(self.spans.id.within(self.spans.text.start))
                .unwrap_or_default();
            remember(&mut self.last_event_id, id, self.limits);
        }
    }

    /// Some byte between the first and the last field of the event at `spans` is not UTF-8: the
    /// fields are looked at one by one.
    #[cold]
    pub(super) fn refuse(&mut self, chunk: &[u8]) -> Step {
        self.block.absorb(&mut self.spans, chunk);
        self.dispatch_buffered(self.found_at)
            .unwrap_or(Step::NeedInput)
    }

    /// The comment at `spans.text` is not UTF-8.
    #[cold]
    pub(super) fn refuse_comment(&mut self, chunk: &[u8]) -> Step {
        self.keep_comment(self.spans.text.of(chunk), self.found_at)
    }

    /// A blank line after a block whose fields are in the buffers.
    #[inline(never)]
    pub(super) fn dispatch_buffered(&mut self, at_byte: u64) -> Option<Step> {
        let has_data = self.block.has_data();
        if !self.block.seal() {
            if self.utf8_policy == Utf8Policy::Strict && !self.block.fields_are_text() {
                let event_id = self.block.valid_id();
                self.block.clear(self.limits.max_retained_bytes());
                return Some(self.fail(DecodeError::InvalidUtf8 { at_byte, event_id }));
            }
            self.block.rewrite();
        }
        if let Some(id) = self.block.id() {
            remember(&mut self.last_event_id, id, self.limits);
        }
        if has_data {
            self.dispatched = true;
            self.carry = Carry::Any;
            Some(Step::BufferedEvent)
        } else {
            self.block.clear(self.limits.max_retained_bytes());
            None
        }
    }

    /// Puts a comment that began at `at_byte` into the comment buffer.
    pub(super) fn keep_comment(&mut self, text: &[u8], at_byte: u64) -> Step {
        if self.utf8_policy == Utf8Policy::Strict && utf8(text).is_none() {
            return self.fail(DecodeError::InvalidUtf8 {
                at_byte,
                event_id: None,
            });
        }
        remember(
            &mut self.comment,
            &String::from_utf8_lossy(text),
            self.limits,
        );
        if self.comment.capacity() > self.limits.max_retained_bytes() {
            self.carry = Carry::Any;
        }
        Step::BufferedComment
    }

    pub(super) fn fail(&mut self, error: DecodeError) -> Step {
        self.error = Some(error);
        Step::Error
    }
}

/// Sets a text that stays, in the room it has unless that is more than may be kept.
#[inline]
fn remember(kept: &mut String, text: &str, limits: Limits) {
    if kept.capacity() > limits.max_retained_bytes() {
        *kept = String::new();
    }
    kept.clear();
    kept.push_str(text);
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
        assert_eq!(
            time("99999999999999999999999"),
            Some(Duration::from_millis(u64::MAX))
        );
        for bad in ["", "+5", "-5", " 5", "5 ", "5.0", "0x5", "5s", "\u{664}"] {
            assert_eq!(time(bad), None, "{bad}");
        }
    }
}
