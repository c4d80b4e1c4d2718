//! An event in the making.

use alloc::{borrow::Cow, string::String};
use core::time::Duration;

use bytes::BytesMut;

use super::{Encode, EncodedFrame, text_lines::Lines, wire::Wire};
use crate::{ByteStr, Event, EventId, EventType, item::EventSpans};

/// An event in the making: made by [`Event::builder`], written as it is ([`Encode`]) or built
/// into an [`Event`].
///
/// Setters replace what was set before. Nothing here can fail or panic: ids and event types
/// were checked when they were made, and data and comments may be any text, which is split at
/// CR LF, LF and CR into as many lines as it needs (a client sees them joined by LF).
///
/// Borrows what it is given, so that an event that is written at once is never copied into
/// storage of its own.
///
/// ```
/// use bytes::BytesMut;
/// use sse_codec::{Encode, Event, EventId, EventType};
///
/// let mut buffer = BytesMut::new();
/// Event::builder("first line\nsecond line")
///     .event_type(EventType::from_static("note"))
///     .id(EventId::from(1))
///     .encode(&mut buffer);
/// assert_eq!(buffer, "id: 1\nevent: note\ndata: first line\ndata: second line\n\n");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct EventBuilder<'a, D = Cow<'a, str>> {
    pub(super) data: D,
    id: Option<EventId<'a>>,
    event_type: Option<EventType<'a>>,
    retry: Option<Duration>,
    comment: Option<Cow<'a, str>>,
}

impl<'a> EventBuilder<'a> {
    /// Starts an event with this data.
    #[inline]
    pub fn new(data: impl Into<Cow<'a, str>>) -> Self {
        Self::with_data(data.into())
    }

    /// Sets the data.
    #[inline]
    pub fn data(mut self, data: impl Into<Cow<'a, str>>) -> Self {
        self.data = data.into();
        self
    }

    /// The event in storage of its own. Its data is what a client will see: CR LF and CR are
    /// LF. The reconnection time and the comment are not part of an event and stay behind.
    #[must_use]
    pub fn build(&self) -> Event {
        self.event_with(&self.data)
    }
}

impl<'a, D> EventBuilder<'a, D> {
    #[inline]
    pub(super) const fn with_data(data: D) -> Self {
        Self {
            data,
            id: None,
            event_type: None,
            retry: None,
            comment: None,
        }
    }

    /// Sets the id.
    #[inline]
    pub fn id(mut self, id: EventId<'a>) -> Self {
        self.id = Some(id);
        self
    }

    /// Sets the event type.
    #[inline]
    pub fn event_type(mut self, event_type: EventType<'a>) -> Self {
        self.event_type = Some(event_type);
        self
    }

    /// Sets the reconnection time that is written with the event, in whole milliseconds.
    #[inline]
    pub fn retry(mut self, time: Duration) -> Self {
        self.retry = Some(time);
        self
    }

    /// Sets a comment that is written before the event.
    #[inline]
    pub fn comment(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        self.comment = Some(text.into());
        self
    }

    /// The event as it goes over the wire, but with this data.
    #[inline]
    pub(super) fn wire<'b>(&'b self, data: Option<&'b str>) -> Wire<'b> {
        Wire {
            comment: self.comment.as_deref(),
            retry: self.retry,
            id: self.id.as_ref().map(EventId::as_str),
            event_type: self.event_type.as_ref().map_or("", EventType::as_str),
            data,
        }
    }

    /// The event with `data` in place of its own.
    pub(super) fn event_with(&self, data: &str) -> Event {
        let event_type = self.event_type.as_ref().map_or("", EventType::as_str);
        let id = self.id.as_ref().map(EventId::as_str);
        let mut text =
            String::with_capacity(data.len() + event_type.len() + id.map_or(0, str::len));
        push_joined(&mut text, data);
        let data_end = text.len();
        text.push_str(event_type);
        let type_end = text.len();
        text.push_str(id.unwrap_or_default());
        let id_end = id.map(|_| text.len());
        let spans = EventSpans::in_order(data_end, type_end, id_end);
        Event::from_parts(ByteStr::from(text), spans, None)
    }
}

/// Appends `data` with its lines joined by LF.
fn push_joined(text: &mut String, data: &str) {
    if memchr::memchr(b'\r', data.as_bytes()).is_none() {
        return text.push_str(data);
    }
    for (nth, line) in (Lines {
        rest: Some(data.as_bytes()),
    })
    .enumerate()
    {
        if nth > 0 {
            text.push('\n');
        }
        text.push_str(crate::byte_str::utf8(line).unwrap_or_default());
    }
}

impl Encode for EventBuilder<'_> {
    #[inline]
    fn encoded_len(&self) -> usize {
        self.wire(Some(&self.data)).encoded_len()
    }

    #[inline]
    fn encode(&self, dst: &mut BytesMut) {
        self.wire(Some(&self.data)).write(dst);
    }

    #[inline]
    fn to_frame(&self) -> EncodedFrame {
        self.wire(Some(&self.data)).to_frame()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setters_replace() {
        let event = EventBuilder::new("a")
            .data("b")
            .id(EventId::from(1))
            .id(EventId::from(2))
            .event_type(EventType::from_static("x"))
            .event_type(EventType::from_static("y"))
            .retry(Duration::from_secs(1))
            .retry(Duration::from_secs(2))
            .comment("c")
            .comment("d");
        assert_eq!(
            event.to_frame(),
            ": d\nretry: 2000\nid: 2\nevent: y\ndata: b\n\n"
        );
    }

    #[test]
    fn a_built_event_is_what_a_client_sees() {
        let event = EventBuilder::new("a\r\nb\rc\nd\r")
            .id(EventId::RESET)
            .build();
        assert_eq!((event.data(), event.id()), ("a\nb\nc\nd\n", Some("")));
        assert_eq!(
            event.to_frame(),
            "id: \ndata: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"
        );
    }

    #[test]
    fn the_default_event_type_is_not_written() {
        let message = EventType::from_static("message");
        let builder = EventBuilder::new("").event_type(message);
        assert_eq!(builder.to_frame(), "data: \n\n");
        assert_eq!(builder.build().to_frame(), "data: \n\n");
        assert_eq!(builder.build().event_type(), "message");
    }
}
