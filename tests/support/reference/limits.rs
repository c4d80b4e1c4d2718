//! The two limits of the decoder, on the whole of a stream.
//!
//! The standard has no limits; these rules are our own. Sizes are bytes as received.
//!
//! - *Line limit*: no line, whatever it is, is longer than `max_line_bytes` without its line end. A
//!   last line that is not finished and is already longer counts.
//! - *Event limit*: after each `data`, `event` and `id` line, what is retained of the block is not
//!   larger than `max_event_bytes`: every data line and one byte for its line feed, the event type,
//!   and the ID if this block has a valid one.
//! - The first line of a block that breaks a limit gives one error, the line limit first. The block
//!   ends there as if it had never been: what is left of it up to and including its blank line says
//!   nothing, and its ID is not taken. Retries and comments before that line were already said.

use serde::{Deserialize, Serialize};

use super::decoder::{Standard, interpret};
use super::item::ReferenceItem;

/// One thing the decoder says: an item, or an error after which it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReferenceOutcome {
    /// A line longer than the limit.
    LineTooLong {
        /// Offset of the first byte of that line, from the start of the stream, BOM included.
        at_byte: u64,
        /// The ID set in this block by a line before that one.
        event_id: Option<String>,
    },
    /// A block that retains more than the limit.
    EventTooLarge {
        /// Offset of the first byte of the line that was too much.
        at_byte: u64,
        /// The ID set in this block by that line or one before it.
        event_id: Option<String>,
    },
    /// What a decoder without limits says too.
    #[serde(untagged)]
    Item(ReferenceItem),
}

/// All of a stream, decoded within limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedWithinLimits {
    /// What the decoder says, in order.
    pub outcomes: Vec<ReferenceOutcome>,
    /// The last event ID after the last blank line of a block without error.
    pub last_event_id: String,
}

/// Decodes a stream within limits; [`usize::MAX`] is no limit.
#[must_use]
pub fn decode_limited(
    bytes: &[u8],
    max_line_bytes: usize,
    max_event_bytes: usize,
    initial_id: &str,
) -> DecodedWithinLimits {
    decode_limited_by(
        &OurRules,
        bytes,
        Limits {
            max_line_bytes,
            max_event_bytes,
        },
        initial_id,
    )
}

/// Decodes by the given rules: ours, or broken ones.
pub(super) fn decode_limited_by(
    rules: &dyn LimitRules,
    bytes: &[u8],
    limits: Limits,
    initial_id: &str,
) -> DecodedWithinLimits {
    // A stream that may yet turn out to be a BOM is no line yet, so it is not too long either.
    let bom = b"\xEF\xBB\xBF";
    let bom_bytes = if bytes.starts_with(bom) || bom.starts_with(bytes) {
        bytes.len().min(bom.len())
    } else {
        0
    };
    let all_lines = lines(&bytes[bom_bytes..], bom_bytes);
    let mut remaining = all_lines.as_slice();
    let mut outcomes = Vec::new();
    let mut last_event_id = initial_id.to_owned();
    while !remaining.is_empty() {
        let blank = remaining
            .iter()
            .position(|line| line.terminated && line.bytes.is_empty());
        let block = &remaining[..blank.map_or(remaining.len(), |index| index + 1)];
        let broken = first_broken_line(rules, block, limits);
        let said = &block[..broken.as_ref().map_or(block.len(), |broken| broken.index)];
        // The text of the lines, with line ends. A stream cut at a line end decodes the same in
        // pieces, because no UTF-8 sequence contains a line end.
        let text: String = said
            .iter()
            .map(|line| String::from_utf8_lossy(line.whole))
            .collect();
        let decoded = interpret(&Standard, &text, &last_event_id);
        outcomes.extend(decoded.items.into_iter().map(ReferenceOutcome::Item));
        last_event_id = decoded.last_event_id;
        let mut used = block.len();
        if let Some(broken) = broken {
            used = rules.lines_used(block.len(), broken.index);
            let block_id = broken.block_id.as_deref();
            last_event_id = rules.last_event_id_after(&last_event_id, block_id);
            let at_byte = rules.at_byte(block[broken.index].at_byte, bom_bytes);
            let event_id = broken.block_id;
            outcomes.push(match broken.limit {
                Limit::Line => ReferenceOutcome::LineTooLong { at_byte, event_id },
                Limit::Event => ReferenceOutcome::EventTooLarge { at_byte, event_id },
            });
        }
        remaining = &remaining[used..];
    }
    DecodedWithinLimits {
        outcomes,
        last_event_id,
    }
}

/// The two limits.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) max_line_bytes: usize,
    pub(super) max_event_bytes: usize,
}

/// A line of bytes.
pub(super) struct Line<'a> {
    /// Without its line end.
    pub(super) bytes: &'a [u8],
    /// With its line end.
    pub(super) whole: &'a [u8],
    /// Whether there is a line end; only the last line may have none.
    pub(super) terminated: bool,
    /// Offset of its first byte in the stream.
    pub(super) at_byte: usize,
}

/// Cuts bytes into lines; the last may be unfinished.
pub(super) fn lines(bytes: &[u8], first_at_byte: usize) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let rest = &bytes[start..];
        let length = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let line_end = match length.map(|length| &rest[length..]) {
            None => 0,
            Some([b'\r', b'\n', ..]) => 2,
            Some(_) => 1,
        };
        let length = length.unwrap_or(rest.len());
        lines.push(Line {
            bytes: &rest[..length],
            whole: &rest[..length + line_end],
            terminated: line_end > 0,
            at_byte: first_at_byte + start,
        });
        start += length + line_end;
    }
    lines
}

/// Which limit was broken.
enum Limit {
    Line,
    Event,
}

/// Where a block breaks a limit.
struct Broken {
    index: usize,
    limit: Limit,
    block_id: Option<String>,
}

/// What is retained of a block, as received.
#[derive(Default)]
pub(super) struct Retained<'a> {
    /// The values of the data lines.
    pub(super) data: Vec<&'a [u8]>,
    /// The last event type.
    pub(super) event_type: &'a [u8],
    /// The last valid ID.
    pub(super) id: Option<&'a [u8]>,
}

/// The first line of a block that breaks a limit, if one does.
fn first_broken_line(rules: &dyn LimitRules, block: &[Line<'_>], limits: Limits) -> Option<Broken> {
    let mut retained = Retained::default();
    for (index, line) in block.iter().enumerate() {
        let mut limit = Limit::Line;
        let mut broken = rules.measures(line) && rules.line_bytes(line) > limits.max_line_bytes;
        if !broken && line.terminated {
            match field(line.bytes) {
                (b"data", value) => retained.data.push(value),
                (b"event", value) => retained.event_type = value,
                (b"id", value) if rules.takes_id(value) => retained.id = Some(value),
                _ => continue,
            }
            limit = Limit::Event;
            broken = rules.retained_bytes(&retained) > limits.max_event_bytes;
        }
        if broken {
            let block_id = retained
                .id
                .map(|id| String::from_utf8_lossy(id).into_owned());
            return Some(Broken {
                index,
                limit,
                block_id,
            });
        }
    }
    None
}

/// Name and value of a line of bytes. A comment has the name "".
pub(super) fn field(line: &[u8]) -> (&[u8], &[u8]) {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return (line, b"");
    };
    let value = &line[colon + 1..];
    (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
}

/// The rules of the limits. The provided methods are ours; [`super::LimitFlaw`] replaces one.
pub(super) trait LimitRules {
    /// Whether the line limit is for this line: for every line, finished or not.
    fn measures(&self, _line: &Line<'_>) -> bool {
        true
    }

    /// How long a line is: without its line end, and the first without the BOM.
    fn line_bytes(&self, line: &Line<'_>) -> usize {
        line.bytes.len()
    }

    /// Whether an ID is valid, so that it is retained.
    fn takes_id(&self, value: &[u8]) -> bool {
        !value.contains(&0)
    }

    /// How much is retained.
    fn retained_bytes(&self, retained: &Retained<'_>) -> usize {
        let data: usize = retained.data.iter().map(|line| line.len() + 1).sum();
        data + retained.event_type.len() + retained.id.map_or(0, <[u8]>::len)
    }

    /// Offset that an error names.
    fn at_byte(&self, at_byte: usize, _bom_bytes: usize) -> u64 {
        at_byte as u64
    }

    /// How many lines of the block are over after an error at a line: all.
    fn lines_used(&self, lines_of_block: usize, _broken_line: usize) -> usize {
        lines_of_block
    }

    /// The last event ID after an error: what it was before the block.
    fn last_event_id_after(&self, before: &str, _block_id: Option<&str>) -> String {
        before.to_owned()
    }
}

/// The rules as they are.
pub(super) struct OurRules;

impl LimitRules for OurRules {}
