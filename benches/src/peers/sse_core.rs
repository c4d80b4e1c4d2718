//! `sse_core`: its decoder without I/O, on slices.

use bytes::Bytes;
use sse_core::{SseDecoder, SseEvent};

use crate::peer::{Decode, Events, Failure};

/// `SseDecoder::next`.
#[derive(Debug)]
pub(super) struct SseCore;

impl Decode for SseCore {
    const NAME: &'static str = "sse-core";
    const VERSION: &'static str = "0.2.3";

    fn decode_into(chunks: Vec<Bytes>, events: &mut impl Events) -> Result<(), Failure> {
        let mut decoder = SseDecoder::new();
        for chunk in chunks {
            let mut input = &chunk[..];
            while let Some(event) = decoder.next(&mut input) {
                if let SseEvent::Message(message) = event? {
                    let id = message.last_event_id.as_deref().unwrap_or_default();
                    events.event(&message.event, &message.data, id);
                }
            }
        }
        Ok(())
    }
}
