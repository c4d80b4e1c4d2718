//! Encoding: from events to bytes.
//!
//! Everything that implements [`Encode`] writes whole blocks, and what it writes cannot be
//! injected into: ids and event types are checked types, data and comments are split at CR LF,
//! LF and CR. Empty data is still an event, and a leading space or a trailing line end survives.
//!
//! The exact length is known before the first byte is written, so one event costs one
//! reservation in a buffer that is reused, or one allocation for a frame of its own:
//!
//! ```
//! use std::time::Duration;
//! use bytes::BytesMut;
//! use sse_codec::{Encode, Event, EventId, Item};
//!
//! let mut buffer = BytesMut::with_capacity(1024);
//! Item::Retry(Duration::from_secs(3)).encode(&mut buffer);
//! for (number, line) in ["one", "", " three\n"].into_iter().enumerate() {
//!     Event::builder(line).id(EventId::from(number as u64)).encode(&mut buffer);
//! }
//! assert_eq!(
//!     buffer,
//!     "retry: 3000\n\nid: 0\ndata: one\n\nid: 1\ndata: \n\nid: 2\ndata:  three\ndata: \n\n",
//! );
//! ```
//!
//! [`Encode::to_frame`] gives an [`EncodedFrame`]: encoded once, shared by any number of
//! connections. With the feature `serde`, `EventBuilder::json` writes a value
//! straight into the buffer.

mod block;
mod encode_trait;
mod event_builder;
mod frame;
#[cfg(feature = "serde")]
mod json;
mod line_ends;
mod output;
#[cfg(feature = "serde")]
mod room;
mod text_lines;
mod wire;

#[cfg(feature = "serde")]
pub use self::json::Json;
pub use self::{encode_trait::Encode, event_builder::EventBuilder, frame::EncodedFrame};
