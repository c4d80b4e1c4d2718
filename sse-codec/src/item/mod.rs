//! What an event stream is made of: events, reconnection times, comments.
//!
//! Each comes as a view ([`ItemRef`], [`EventRef`]: no allocation, no reference count) and as a
//! value ([`Item`], [`Event`]: shares the chunk it came in). [`EventId`] and [`EventType`] are
//! checked once, when they are made, so that nothing can go wrong when they are written.
//!
//! ```
//! use sse_codec::{Decoder, Encode, Event, EventId, Item};
//!
//! let sent = Event::builder("two\nlines").id(EventId::from(1)).build();
//! let mut chunk = sent.to_frame().into_bytes();
//! let received = Decoder::new().decode_bytes(&mut chunk)?;
//! assert_eq!(received, Some(Item::Event(sent)));
//! # Ok::<(), sse_codec::DecodeError>(())
//! ```

mod event;
mod event_id;
mod event_ref;
mod event_type;
#[cfg(feature = "serde")]
mod json;
mod last_event_id;
mod stream_item;

pub(crate) use self::event::EventSpans;
#[cfg(feature = "serde")]
pub use self::json::JsonError;
pub use self::{
    event::Event,
    event_id::{EventId, InvalidEventId},
    event_ref::EventRef,
    event_type::{EventType, InvalidEventType},
    last_event_id::{InvalidLastEventId, LastEventId},
    stream_item::{Item, ItemRef},
};
