//! The crates that encode, one adapter each.
//!
//! The messages are the application's and are borrowed: an encoder that wants to own its text
//! pays for the copy, as it does in an application that keeps its data. The event type is
//! static, and no encoder has to copy it that does not want to. JSON goes the most direct way a
//! crate has: into its buffer, or by `serde_json::to_string` into text that it then owns.

mod axum;
mod ours;
mod russe;
mod sse_codec_registry;
mod sse_stream;
mod tokio_sse_codec;

use crate::encoder::{Adapter, Encoder};

/// Ours, into a buffer.
pub const BUFFER: &dyn Encoder = &Adapter(ours::Buffer);
/// Ours, a frame of its own for each event.
pub const FRAME: &dyn Encoder = &Adapter(ours::Frame);

/// The other crates.
pub const OTHERS: [&dyn Encoder; 5] = [
    &Adapter(axum::Axum),
    &Adapter(sse_stream::SseStream),
    &Adapter(tokio_sse_codec::TokioSseCodec),
    &Adapter(russe::Russe),
    &Adapter(sse_codec_registry::SseCodecRegistry),
];

/// All of them, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static dyn Encoder> {
    [BUFFER, FRAME].into_iter().chain(OTHERS)
}
