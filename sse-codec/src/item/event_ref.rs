//! An event as the standard dispatches it, as a view.

use core::fmt;

use alloc::{string::String, sync::Arc};

use super::event::EventSpans;
use crate::{ByteStr, Event};

/// The event type of an event that names none.
pub(super) const DEFAULT_EVENT_TYPE: &str = "message";

/// An event that points into the chunk it came in, or into the decoder. Costs nothing to make
/// or copy.
#[derive(Clone, Copy)]
pub struct EventRef<'a> {
    /// Empty for the default one.
    pub(crate) event_type: &'a str,
    pub(crate) data: &'a str,
    pub(crate) last_event_id: &'a str,
    /// Whether `last_event_id` is this event's own.
    pub(crate) has_id: bool,
}

impl<'a> EventRef<'a> {
    /// The event type; `message` if none was given.
    #[must_use]
    #[inline]
    pub const fn event_type(&self) -> &'a str {
        if self.event_type.is_empty() {
            DEFAULT_EVENT_TYPE
        } else {
            self.event_type
        }
    }

    /// The data: its lines joined by LF.
    #[must_use]
    #[inline]
    pub const fn data(&self) -> &'a str {
        self.data
    }

    /// The id that this very event carried. `Some("")` resets the last event ID.
    #[must_use]
    #[inline]
    pub const fn id(&self) -> Option<&'a str> {
        if self.has_id {
            Some(self.last_event_id)
        } else {
            None
        }
    }

    /// The last event ID as of this event: its own id, else the one before it. Empty if there
    /// is none.
    #[must_use]
    #[inline]
    pub const fn last_event_id(&self) -> &'a str {
        self.last_event_id
    }

    /// The event in storage of its own: one allocation, and one more where the last event ID
    /// is inherited.
    #[must_use]
    pub fn to_event(&self) -> Event {
        let own_id = self.id().unwrap_or_default();
        let length = self.data.len() + self.event_type.len() + own_id.len();
        let mut text = String::with_capacity(length);
        text.push_str(self.data);
        text.push_str(self.event_type);
        text.push_str(own_id);
        let type_end = self.data.len() + self.event_type.len();
        let id_end = self.has_id.then_some(length);
        let spans = EventSpans::in_order(self.data.len(), type_end, id_end);
        let inherited = match self.id() {
            None if !self.last_event_id.is_empty() => Some(Arc::from(self.last_event_id)),
            _ => None,
        };
        Event::from_parts(ByteStr::from(text), spans, inherited)
    }

    pub(crate) fn fmt_named(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("event_type", &self.event_type())
            .field("data", &self.data)
            .field("id", &self.id())
            .field("last_event_id", &self.last_event_id)
            .finish()
    }
}

impl PartialEq for EventRef<'_> {
    fn eq(&self, other: &EventRef<'_>) -> bool {
        self.event_type() == other.event_type()
            && self.data == other.data
            && self.last_event_id == other.last_event_id
            && self.has_id == other.has_id
    }
}

impl Eq for EventRef<'_> {}

impl fmt::Debug for EventRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_named("EventRef", f)
    }
}

impl From<EventRef<'_>> for Event {
    fn from(event: EventRef<'_>) -> Self {
        event.to_event()
    }
}
