//! The strict reading of UTF-8, on the whole of a stream.
//!
//! The standard replaces what is not UTF-8; to refuse it is our own. The rules:
//!
//! - An event is refused at its blank line if any of its data lines, its event type or its ID is not
//!   UTF-8, and its ID is not taken. A block without data is looked at too.
//! - Of several event types or IDs in one block only the last counts. An ID with U+0000 is ignored.
//! - A comment is refused at its line; the block goes on.
//! - What says nothing is not looked at: unknown fields, a `retry` that is no number.

use core::str::from_utf8;

use super::decoder::{Standard, interpret};
use super::item::ReferenceItem;
use super::limits::{Retained, field, lines};

/// Something that is not UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidUtf8 {
    /// Offset of the line that brought it out: the blank line of an event, or the comment's own.
    pub at_byte: u64,
    /// The ID of the event, if that is UTF-8.
    pub event_id: Option<String>,
}

/// All of a stream, decoded strictly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedStrictly {
    /// What the decoder says, in order.
    pub outcomes: Vec<Result<ReferenceItem, InvalidUtf8>>,
    /// The last event ID after the last blank line of a block that was not refused.
    pub last_event_id: String,
}

/// Decodes a stream without limits and strictly.
#[must_use]
pub fn decode_strict(bytes: &[u8]) -> DecodedStrictly {
    let stream = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut outcomes = Vec::new();
    let mut last_event_id = String::new();
    let mut block = Retained::default();
    let mut block_text = String::new();
    for line in lines(stream, bytes.len() - stream.len()) {
        if !line.terminated {
            break;
        }
        let at_byte = line.at_byte as u64;
        let text = String::from_utf8_lossy(line.bytes) + "\n";
        match field(line.bytes) {
            _ if line.bytes.is_empty() => {
                let refused = [
                    &block.data[..],
                    &[block.event_type, block.id.unwrap_or_default()],
                ]
                .concat()
                .into_iter()
                .any(|value| from_utf8(value).is_err());
                if refused {
                    let event_id = block
                        .id
                        .and_then(|id| from_utf8(id).ok())
                        .map(str::to_owned);
                    outcomes.push(Err(InvalidUtf8 { at_byte, event_id }));
                } else {
                    block_text.push('\n');
                    let decoded = interpret(&Standard, &block_text, &last_event_id);
                    outcomes.extend(decoded.items.into_iter().map(Ok));
                    last_event_id = decoded.last_event_id;
                }
                block = Retained::default();
                block_text.clear();
                continue;
            }
            (b"data", value) => block.data.push(value),
            (b"event", value) => block.event_type = value,
            (b"id", value) if !value.contains(&0) => block.id = Some(value),
            (b"", _) if from_utf8(line.bytes).is_err() => {
                outcomes.push(Err(InvalidUtf8 {
                    at_byte,
                    event_id: None,
                }));
                continue;
            }
            // A comment or a reconnection time, said at once; or nothing.
            _ => {
                let said = interpret(&Standard, &text, "").items;
                outcomes.extend(said.into_iter().map(Ok));
                continue;
            }
        }
        block_text.push_str(&text);
    }
    DecodedStrictly {
        outcomes,
        last_event_id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(stream: &[u8]) -> Vec<(u64, Option<String>)> {
        let outcomes = decode_strict(stream).outcomes.into_iter();
        outcomes
            .filter_map(|outcome| outcome.err().map(|e| (e.at_byte, e.event_id)))
            .collect()
    }

    #[test]
    fn an_event_is_refused_at_its_blank_line_with_its_id() {
        let decoded = decode_strict(b"id: 5\ndata: \xFF\n\ndata: fine\n\n");
        let [Err(refused), Ok(ReferenceItem::Event { data, .. })] = &*decoded.outcomes else {
            panic!("{decoded:?}")
        };
        assert_eq!(
            (refused.at_byte, refused.event_id.as_deref()),
            (14, Some("5"))
        );
        assert_eq!((&**data, &*decoded.last_event_id), ("fine", ""));
    }

    #[test]
    fn what_counts_is_looked_at() {
        assert_eq!(refused(b"\xEF\xBB\xBFevent: \xFF\n\n"), [(12, None)]);
        assert_eq!(refused(b"id: \xFF\ndata\n\n"), [(11, None)]);
        assert_eq!(refused(b": \xFF\ndata\n\n"), [(0, None)]);
    }

    #[test]
    fn what_does_not_count_is_not() {
        let stream = b"event: \xFF\nevent: x\nid: \0\xFF\nx\xFF: y\nretry: \xFF\ndata: \n\n\xFF";
        assert_eq!(refused(stream), []);
        assert_eq!(decode_strict(stream).outcomes.len(), 1);
    }
}
