//! The standard, sentence by sentence, on the whole of a stream.
//!
//! Quotations are from <https://html.spec.whatwg.org/multipage/server-sent-events.html>; `#…` is the
//! anchor on that page.

use core::mem::take;

use super::item::{Decoded, ReferenceItem};

/// Decodes a stream that begins with no last event ID.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded {
    decode_from(bytes, "")
}

/// Decodes a stream that begins with the last event ID of an earlier connection.
///
/// The standard speaks of one stream and begins with an empty last event ID buffer. Browsers, and
/// web-platform-tests, let the ID live on over a reconnection, and so does this function.
#[must_use]
pub fn decode_from(bytes: &[u8], initial_last_event_id: &str) -> Decoded {
    decode_by(&Standard, bytes, initial_last_event_id)
}

/// Decodes by the given clauses: the standard's, or broken ones.
pub(super) fn decode_by(clauses: &dyn Clauses, bytes: &[u8], initial_id: &str) -> Decoded {
    interpret(clauses, &clauses.utf8_decode(bytes), initial_id)
}

/// Interprets decoded text: `#event-stream-interpretation`.
pub(super) fn interpret(clauses: &dyn Clauses, stream: &str, initial_id: &str) -> Decoded {
    // "When a stream is parsed, a data buffer, an event type buffer, and a last event ID buffer
    // must be associated with it."
    let mut buffers = Buffers {
        items: Vec::new(),
        data: String::new(),
        event_type: String::new(),
        last_event_id: initial_id.to_owned(),
        last_event_id_string: initial_id.to_owned(),
    };
    // "Lines must be processed, in the order they are received, as follows"
    for line in clauses.lines(stream) {
        clauses.process_line(&line, &mut buffers);
    }
    clauses.end_of_file(&mut buffers);
    Decoded {
        items: buffers.items,
        last_event_id: buffers.last_event_id_string,
    }
}

/// The state of `#event-stream-interpretation`.
pub(super) struct Buffers {
    /// What was said so far.
    pub(super) items: Vec<ReferenceItem>,
    /// The data buffer.
    pub(super) data: String,
    /// The event type buffer.
    pub(super) event_type: String,
    /// The last event ID buffer.
    pub(super) last_event_id: String,
    /// The last event ID string of the event source.
    pub(super) last_event_id_string: String,
}

/// The clauses of the standard. The provided methods are the standard; [`super::Flaw`] replaces one.
pub(super) trait Clauses {
    /// `#event-stream-interpretation`: "Streams must be decoded using the UTF-8 decode algorithm."
    /// "The UTF-8 decode algorithm strips one leading UTF-8 Byte Order Mark (BOM), if any."
    /// What is not UTF-8 becomes U+FFFD, one for each maximal subpart.
    fn utf8_decode(&self, bytes: &[u8]) -> String {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// `#event-stream-interpretation`: "The stream must then be parsed by reading everything line by
    /// line, with a U+000D CARRIAGE RETURN U+000A LINE FEED (CRLF) character pair, a single U+000A
    /// LINE FEED (LF) character not preceded by a U+000D CARRIAGE RETURN (CR) character, and a
    /// single U+000D CARRIAGE RETURN (CR) character not followed by a U+000A LINE FEED (LF)
    /// character being the ways in which a line can end."
    fn lines(&self, stream: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        let mut characters = stream.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\r' => {
                    if characters.peek() == Some(&'\n') {
                        characters.next();
                    }
                    lines.push(take(&mut line));
                }
                '\n' => lines.push(take(&mut line)),
                other => line.push(other),
            }
        }
        // The grammar of `#parsing-an-event-stream` has no line without a line end. What is left in
        // `line` may be half of anything: it is never processed.
        lines
    }

    /// `#event-stream-interpretation`: the four kinds of line.
    fn process_line(&self, line: &str, buffers: &mut Buffers) {
        if line.is_empty() {
            // "If the line is empty (a blank line): Dispatch the event, as defined below."
            self.dispatch(buffers);
        } else if let Some(comment) = line.strip_prefix(':') {
            // "If the line starts with a U+003A COLON character (:): Ignore the line."
            self.comment(comment, buffers);
        } else if let Some((field, value)) = line.split_once(':') {
            // "If the line contains a U+003A COLON character (:): Collect the characters on the line
            // before the first U+003A COLON character (:), and let field be that string. Collect
            // the characters on the line after the first U+003A COLON character (:), and let value
            // be that string. If value starts with a U+0020 SPACE character, remove it from value."
            let value = value.strip_prefix(' ').unwrap_or(value);
            self.process_field(field, value, buffers);
        } else {
            // "Process the field using the steps described below, using the whole line as the field
            // name, and the empty string as the field value."
            self.process_field(line, "", buffers);
        }
    }

    /// Not of the standard, which ignores comments: one leading space goes, as from a value.
    fn comment(&self, comment: &str, buffers: &mut Buffers) {
        let text = comment.strip_prefix(' ').unwrap_or(comment).to_owned();
        buffers.items.push(ReferenceItem::Comment { text });
    }

    /// `#processField`: "Field names must be compared literally, with no case folding performed."
    fn process_field(&self, field: &str, value: &str, buffers: &mut Buffers) {
        match field {
            // "Set the event type buffer to the field value."
            "event" => buffers.event_type = value.to_owned(),
            // "Append the field value to the data buffer, then append a single U+000A LINE FEED (LF)
            // character to the data buffer."
            "data" => {
                buffers.data.push_str(value);
                buffers.data.push('\n');
            }
            // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to
            // the field value. Otherwise, ignore the field."
            "id" if !value.contains('\0') => buffers.last_event_id = value.to_owned(),
            // "If the field value consists of only ASCII digits, then interpret the field value as
            // an integer in base ten, and set the event stream's reconnection time to that integer.
            // Otherwise, ignore the field." The empty value is no integer, so it is ignored too.
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                // Digits only, so the one way to fail is to be too large.
                let milliseconds = value.parse().unwrap_or(u64::MAX);
                buffers.items.push(ReferenceItem::Retry { milliseconds });
            }
            // "The field is ignored."
            _ => {}
        }
    }

    /// `#dispatchMessage`.
    fn dispatch(&self, buffers: &mut Buffers) {
        // "Set the last event ID string of the event source to the value of the last event ID
        // buffer. The buffer does not get reset".
        buffers.last_event_id_string = buffers.last_event_id.clone();
        // "If the data buffer is an empty string, set the data buffer and the event type buffer to
        // the empty string and return."
        if buffers.data.is_empty() {
            buffers.event_type.clear();
            return;
        }
        // "If the data buffer's last character is a U+000A LINE FEED (LF) character, then remove the
        // last character from the data buffer."
        if buffers.data.ends_with('\n') {
            buffers.data.pop();
        }
        // "Initialize event's type attribute to "message", its data attribute to data, […] and its
        // lastEventId attribute to the last event ID string of the event source."
        // "If the event type buffer has a value other than the empty string, change the type of the
        // newly created event to equal the value of the event type buffer."
        let event_type = match buffers.event_type.as_str() {
            "" => "message".to_owned(),
            other => other.to_owned(),
        };
        // "Set the data buffer and the event type buffer to the empty string."
        buffers.event_type.clear();
        buffers.items.push(ReferenceItem::Event {
            event_type,
            data: take(&mut buffers.data),
            last_event_id: buffers.last_event_id_string.clone(),
        });
    }

    /// `#event-stream-interpretation`: "Once the end of the file is reached, any pending data must be
    /// discarded. (If the file ends in the middle of an event, before the final empty line, the
    /// incomplete event is not dispatched.)"
    fn end_of_file(&self, _buffers: &mut Buffers) {}
}

/// The clauses as they are.
pub(super) struct Standard;

impl Clauses for Standard {}
