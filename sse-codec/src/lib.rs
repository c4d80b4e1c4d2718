#![no_std]
#![warn(
    clippy::alloc_instead_of_core,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core
)]
#![doc = include_str!("docs/overview.md")]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod byte_str;
mod field;
mod limits;
mod line;
mod word;

pub mod decode;
pub mod encode;
pub mod item;

#[cfg(feature = "http-body")]
pub mod body;
#[cfg(feature = "codec")]
pub mod codec;
#[cfg(feature = "http-body")]
pub mod header;
#[cfg(feature = "stream")]
pub mod stream;

pub use byte_str::{ByteStr, InvalidByteStr};
pub use decode::{DecodeError, Decoder, Utf8Policy};
pub use encode::{Encode, EncodedFrame, EventBuilder};
pub use item::{Event, EventId, EventRef, EventType, Item, ItemRef, LastEventId};
pub use limits::Limits;

#[cfg(feature = "http-body")]
pub use body::EventStreamBody;
#[cfg(feature = "codec")]
pub use codec::EventStreamCodec;
#[cfg(feature = "http-body")]
pub use header::{LAST_EVENT_ID, TEXT_EVENT_STREAM, event_stream_response};
#[cfg(feature = "stream")]
pub use stream::EventStream;
