//! An event as the standard dispatches it, in storage of its own.

use core::{fmt, ops::Range};

use alloc::{borrow::Cow, sync::Arc};

use crate::{ByteStr, EventBuilder, EventRef};

/// An event: its type, its data, and the last event ID as of it.
///
/// What [`Decoder::decode_bytes`](crate::Decoder::decode_bytes) gives, and what
/// [`Event::builder`] makes. Cloning costs a reference count or two. All the text lies in one
/// shared piece of storage; an event that came out of a chunk keeps that chunk alive, and
/// [`Event::detach`] makes one that does not.
///
/// Two events are equal if their type, data, last event ID and own id are.
///
/// ```
/// use sse_codec::{Encode, Event, EventId, EventType};
///
/// let event = Event::builder("hello")
///     .event_type(EventType::from_static("greeting"))
///     .id(EventId::from(7))
///     .build();
/// assert_eq!(event.event_type(), "greeting");
/// assert_eq!(event.to_frame(), "id: 7\nevent: greeting\ndata: hello\n\n");
/// ```
#[derive(Clone)]
pub struct Event {
    parts: EventParts,
    /// The last event ID of an event that has no id of its own.
    inherited: Option<Arc<str>>,
}

/// Where the fields of an event lie in its text. An empty `event_type` is the default one.
#[derive(Clone)]
pub(crate) struct EventParts {
    pub(crate) text: ByteStr,
    pub(crate) data: Range<usize>,
    pub(crate) event_type: Range<usize>,
    pub(crate) id: Option<Range<usize>>,
}

impl Event {
    /// Starts an event with this data, which may have any number of lines.
    pub fn builder<'a>(data: impl Into<Cow<'a, str>>) -> EventBuilder<'a> {
        EventBuilder::new(data)
    }

    pub(crate) const fn from_parts(parts: EventParts, inherited: Option<Arc<str>>) -> Self {
        Self { parts, inherited }
    }

    /// The event type; `message` if none was given.
    #[must_use]
    pub fn event_type(&self) -> &str {
        self.as_ref().event_type()
    }

    /// The data: its lines joined by LF.
    #[must_use]
    pub fn data(&self) -> &str {
        self.text(&self.parts.data)
    }

    /// The data, shared.
    #[must_use]
    pub fn data_shared(&self) -> ByteStr {
        ByteStr::share(&self.parts.text.clone().into_bytes(), self.data())
    }

    /// The id that this very event carried. `Some("")` resets the last event ID.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.parts.id.as_ref().map(|id| self.text(id))
    }

    /// The last event ID as of this event: its own id, else the one before it. Empty if there
    /// is none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.id().or(self.inherited.as_deref()).unwrap_or_default()
    }

    /// The same event as a view.
    #[must_use]
    pub fn as_ref(&self) -> EventRef<'_> {
        EventRef {
            event_type: self.text(&self.parts.event_type),
            data: self.data(),
            last_event_id: self.last_event_id(),
            has_id: self.parts.id.is_some(),
        }
    }

    /// A copy that does not keep the chunk alive which this event came in.
    #[must_use]
    pub fn detach(&self) -> Self {
        self.as_ref().to_event()
    }

    fn text(&self, span: &Range<usize>) -> &str {
        self.parts.text.get(span.clone()).unwrap_or_default()
    }
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for Event {}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt_named("Event", f)
    }
}
