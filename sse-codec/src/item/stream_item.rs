//! What an event stream is made of.

use core::time::Duration;

use super::{Event, EventRef};
use crate::ByteStr;

/// What an event stream is made of, as a view: see [`Item`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemRef<'a> {
    /// An event.
    Event(EventRef<'a>),
    /// The reconnection time, in whole milliseconds.
    Retry(Duration),
    /// A comment, less one leading space.
    Comment(&'a str),
}

impl ItemRef<'_> {
    /// The item in storage of its own.
    #[must_use]
    pub fn to_item(&self) -> Item {
        match self {
            Self::Event(event) => Item::Event(event.to_event()),
            Self::Retry(time) => Item::Retry(*time),
            Self::Comment(text) => Item::Comment(ByteStr::from(*text)),
        }
    }
}

/// What an event stream is made of.
///
/// Each stands where the standard has its effect: a reconnection time at its line, so before
/// the event of the same block.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// An event.
    Event(Event),
    /// The reconnection time, in whole milliseconds.
    Retry(Duration),
    /// A comment, less one leading space. Decoders report it on request only.
    Comment(ByteStr),
}

impl Item {
    /// The same item as a view.
    #[must_use]
    pub fn as_ref(&self) -> ItemRef<'_> {
        match self {
            Self::Event(event) => ItemRef::Event(event.as_ref()),
            Self::Retry(time) => ItemRef::Retry(*time),
            Self::Comment(text) => ItemRef::Comment(text),
        }
    }
}

impl From<Event> for Item {
    fn from(event: Event) -> Self {
        Self::Event(event)
    }
}
