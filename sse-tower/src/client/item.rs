//! What a client tells.

use core::{fmt, time::Duration};

use http::response;
use sse_codec::{ByteStr, DecodeError, Event};

use super::Cause;

/// What a client tells, in the order in which it happens.
#[non_exhaustive]
pub enum ClientItem {
    /// There is a stream: an event `open` of the standard.
    Open(Box<response::Parts>),
    /// An event.
    Event(Event),
    /// A comment, if they are [asked for](super::EventSourceOptions::with_comments).
    Comment(ByteStr),
    /// An event was dropped because of a limit, or of the strict reading of UTF-8; its id was not
    /// taken. The stream goes on.
    Dropped(DecodeError),
    /// There is no stream any more, or still none. Another request is made after `delay`.
    Reconnecting {
        /// Which reconnection in a row it will be, from 1.
        attempt: u32,
        /// After how long. While the client is not polled, nothing is done, so it may be longer.
        delay: Duration,
        /// Why.
        cause: Cause,
    },
    /// No header can carry the last event ID: it has a control character, or a blank at one of
    /// its ends. The request that comes next is made without one, so the server does not know
    /// where to go on. Close the client if that must not be.
    UnsendableId,
}

impl ClientItem {
    /// The event, if it is one.
    #[must_use]
    pub fn into_event(self) -> Option<Event> {
        match self {
            Self::Event(event) => Some(event),
            _ => None,
        }
    }
}

impl fmt::Debug for ClientItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Headers may be secrets.
            Self::Open(head) => f
                .debug_struct("Open")
                .field("version", &head.version)
                .finish_non_exhaustive(),
            Self::Event(event) => f
                .debug_struct("Event")
                .field("event_type", &event.event_type())
                .field("data_bytes", &event.data().len())
                .finish_non_exhaustive(),
            Self::Comment(text) => f
                .debug_struct("Comment")
                .field("bytes", &text.len())
                .finish(),
            Self::Dropped(error) => f.debug_tuple("Dropped").field(error).finish(),
            Self::Reconnecting {
                attempt,
                delay,
                cause,
            } => f
                .debug_struct("Reconnecting")
                .field("attempt", attempt)
                .field("delay", delay)
                .field("cause", &format_args!("{cause}"))
                .finish(),
            Self::UnsendableId => f.write_str("UnsendableId"),
        }
    }
}

#[cfg(test)]
mod tests {
    use sse_codec::EventId;

    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let head = http::Response::builder()
            .header("set-cookie", "secret")
            .body(())
            .unwrap()
            .into_parts()
            .0;
        let id = EventId::from_static("secret");
        let items = [
            ClientItem::Open(Box::new(head)),
            ClientItem::Event(Event::builder("secret").id(id).build()),
            ClientItem::Comment("secret".into()),
            ClientItem::Dropped(DecodeError::InvalidUtf8 {
                at_byte: 7,
                event_id: Some("secret".into()),
            }),
            ClientItem::UnsendableId,
        ];
        for item in items {
            assert!(!format!("{item:?}").contains("secret"), "{item:?}");
        }
    }
}
