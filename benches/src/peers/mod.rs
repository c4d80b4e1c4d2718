//! The crates that are measured, one adapter each.
//!
//! An adapter takes the fastest public way its crate has for chunks in memory, copies nothing
//! that a user would not have to copy, and adds what a user would have to add to get events as
//! the standard has them, where a crate gives raw blocks.

mod eventsource_stream;
mod floor;
mod framed;
mod ours;
mod poll;
mod russe;
mod sse_codec_registry;
mod sse_core;
mod sse_stream;
mod sseer;
mod tokio_sse_codec;

use crate::peer::{Adapter, Peer};

/// Ours: the borrowed face.
pub const BORROWED: &dyn Peer = &Adapter(ours::Borrowed);
/// Ours: the owned face.
pub const OWNED: &dyn Peer = &Adapter(ours::Owned);

/// The other crates.
pub const OTHERS: [&dyn Peer; 7] = [
    &Adapter(sse_core::SseCore),
    &Adapter(sse_stream::SseStream),
    &Adapter(sseer::Sseer),
    &Adapter(eventsource_stream::EventsourceStream),
    &Adapter(tokio_sse_codec::TokioSseCodec),
    &Adapter(russe::Russe),
    &Adapter(sse_codec_registry::SseCodecRegistry),
];

/// No decoder, but what any decoder has to do at the least.
pub const FLOOR: &dyn Peer = &Adapter(floor::Floor);

/// All of them, in the order of the tables.
pub fn all() -> impl Iterator<Item = &'static dyn Peer> {
    [BORROWED, OWNED].into_iter().chain(OTHERS).chain([FLOOR])
}
