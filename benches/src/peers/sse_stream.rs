//! `sse_stream`: its stream over buffers. Gives raw blocks, so the last event ID, the default
//! type and the rule that a block without data is no event are the adapter's.

use bytes::Bytes;
use sse_stream::SseByteStream;

use super::poll::{chunk_stream, drain};
use crate::peer::{Decode, Events, Failure};

/// `SseByteStream`.
#[derive(Debug)]
pub(super) struct SseStream;

impl Decode for SseStream {
    const NAME: &'static str = "sse-stream";
    const VERSION: &'static str = "0.3.0";

    fn decode_into(chunks: Vec<Bytes>, events: &mut impl Events) -> Result<(), Failure> {
        let mut last_event_id = String::new();
        drain(SseByteStream::new(chunk_stream(chunks)), |block| {
            if let Some(id) = block.id {
                last_event_id = id;
            }
            if let Some(data) = block.data {
                let event_type = block.event.as_deref().filter(|name| !name.is_empty());
                events.event(event_type.unwrap_or("message"), &data, &last_event_id);
            }
        })
    }
}
