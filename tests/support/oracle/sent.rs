//! A block as a server sends it.

use core::time::Duration;

use sse_codec::{Event, EventBuilder, EventId, EventType};

/// What a server puts into one block. Any text is allowed everywhere; what the codec's types
/// refuse is left out by [`Sent::builder`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// The data.
    pub data: String,
    /// The event type.
    pub event_type: Option<String>,
    /// The id.
    pub id: Option<String>,
    /// The reconnection time.
    pub retry_milliseconds: Option<u64>,
    /// A comment.
    pub comment: Option<String>,
}

impl Sent {
    /// The event type, if it is one.
    #[must_use]
    pub fn valid_event_type(&self) -> Option<EventType<'_>> {
        self.event_type
            .as_deref()
            .and_then(|text| EventType::try_from(text).ok())
    }

    /// The id, if it is one.
    #[must_use]
    pub fn valid_id(&self) -> Option<EventId<'_>> {
        self.id
            .as_deref()
            .and_then(|text| EventId::without_header_check(text).ok())
    }

    /// The block as a builder.
    pub fn builder(&self) -> EventBuilder<'_> {
        let mut builder = Event::builder(&*self.data);
        if let Some(event_type) = self.valid_event_type() {
            builder = builder.event_type(event_type);
        }
        if let Some(id) = self.valid_id() {
            builder = builder.id(id);
        }
        if let Some(milliseconds) = self.retry_milliseconds {
            builder = builder.retry(Duration::from_millis(milliseconds));
        }
        if let Some(comment) = &self.comment {
            builder = builder.comment(&**comment);
        }
        builder
    }

    /// The data as a client sees it.
    #[must_use]
    pub fn received_data(&self) -> String {
        joined_lines(&self.data)
    }

    /// The comment as a client sees it, line by line.
    #[must_use]
    pub fn received_comments(&self) -> Vec<String> {
        let comment = self.comment.as_deref().map(joined_lines);
        comment
            .iter()
            .flat_map(|text| text.split('\n'))
            .map(str::to_owned)
            .collect()
    }

    /// Reads a fuzzer's bytes: fields separated by 0xFF, with a letter first that says which.
    #[must_use]
    pub fn from_fuzz(input: &[u8]) -> Vec<Self> {
        let mut blocks = vec![Self::default()];
        for field in input.split(|byte| *byte == 0xFF) {
            let Some((letter, text)) = field.split_first() else {
                continue;
            };
            let text = String::from_utf8_lossy(text).into_owned();
            let Some(block) = blocks.last_mut() else {
                continue;
            };
            match letter % 6 {
                0 => block.data = text,
                1 => block.event_type = Some(text),
                2 => block.id = Some(text),
                3 => {
                    let number = text.bytes().fold(1_u64, |sum, byte| {
                        sum.wrapping_mul(257).wrapping_add(u64::from(byte))
                    });
                    block.retry_milliseconds = Some(number);
                }
                4 => block.comment = Some(text),
                _ => blocks.push(Self::default()),
            }
        }
        blocks
    }
}

/// Plainly: every line end is LF.
fn joined_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
