//! An event as the standard dispatches it, in storage of its own.

use core::fmt;

use alloc::{borrow::Cow, sync::Arc};

use super::event_ref::DEFAULT_EVENT_TYPE;
use crate::{ByteStr, EventBuilder, EventRef};

/// An event: its type, its data, and the last event ID as of it.
///
/// What [`Decoder::decode_bytes`](crate::Decoder::decode_bytes) gives, and what
/// [`Event::builder`] makes. Cloning costs a reference count or two. All the text lies in one
/// shared piece of storage; an event that came out of a decoder keeps its chunk, or the storage
/// in which it was put together with its neighbours, alive. [`Event::detach`] makes one that does
/// not.
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
    text: ByteStr,
    spans: EventSpans,
    /// The last event ID of an event that has no id of its own.
    inherited: Option<Arc<str>>,
}

/// Where the fields of an event lie in its text. An empty event type is the default one.
///
/// Plain numbers, because an event is moved a few times on its way to its user.
#[derive(Clone, Copy)]
pub(crate) struct EventSpans {
    pub(crate) data_start: usize,
    pub(crate) data_end: usize,
    pub(crate) type_start: usize,
    pub(crate) type_end: usize,
    /// Where the event's own id starts, or [`EventSpans::NO_ID`].
    pub(crate) id_start: usize,
    pub(crate) id_end: usize,
}

impl EventSpans {
    /// The event has no id of its own.
    pub(crate) const NO_ID: usize = usize::MAX;

    #[inline(always)]
    pub(crate) const fn has_id(&self) -> bool {
        self.id_start != Self::NO_ID
    }

    /// Data, event type and id one behind the other.
    #[inline(always)]
    pub(crate) const fn in_order(data_end: usize, type_end: usize, id_end: Option<usize>) -> Self {
        Self {
            data_start: 0,
            data_end,
            type_start: data_end,
            type_end,
            id_start: if id_end.is_some() {
                type_end
            } else {
                Self::NO_ID
            },
            id_end: match id_end {
                Some(id_end) => id_end,
                None => type_end,
            },
        }
    }
}

impl Event {
    /// Starts an event with this data, which may have any number of lines.
    pub fn builder<'a>(data: impl Into<Cow<'a, str>>) -> EventBuilder<'a> {
        EventBuilder::new(data)
    }

    #[inline(always)]
    pub(crate) const fn from_parts(
        text: ByteStr,
        spans: EventSpans,
        inherited: Option<Arc<str>>,
    ) -> Self {
        Self {
            text,
            spans,
            inherited,
        }
    }

    /// The event type; `message` if none was given.
    #[must_use]
    pub fn event_type(&self) -> &str {
        match self.part(self.spans.type_start, self.spans.type_end) {
            "" => DEFAULT_EVENT_TYPE,
            event_type => event_type,
        }
    }

    /// The data: its lines joined by LF.
    #[must_use]
    pub fn data(&self) -> &str {
        self.part(self.spans.data_start, self.spans.data_end)
    }

    /// The data, shared.
    #[must_use]
    pub fn data_shared(&self) -> ByteStr {
        ByteStr::share(&self.text.clone().into_bytes(), self.data())
    }

    /// The id that this very event carried. `Some("")` resets the last event ID.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.spans
            .has_id()
            .then(|| self.part(self.spans.id_start, self.spans.id_end))
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
            event_type: self.part(self.spans.type_start, self.spans.type_end),
            data: self.data(),
            last_event_id: self.last_event_id(),
            has_id: self.spans.has_id(),
        }
    }

    /// A copy that does not keep the chunk alive which this event came in.
    #[must_use]
    pub fn detach(&self) -> Self {
        self.as_ref().to_event()
    }

    #[inline]
    fn part(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
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
