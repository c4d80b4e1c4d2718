//! `sse_stream::Sse`, which owns its text.

use std::sync::Arc;

use sse_stream::Sse;

use crate::{
    encoder::{Encode, Output, Way},
    message::Message,
};

/// `Sse::encode`.
#[derive(Debug)]
pub(super) struct SseStream;

impl Encode for SseStream {
    const NAME: &'static str = "sse-stream";
    const VERSION: &'static str = "0.3.0";
    const WAY: Way = Way::Frame;

    fn encode(messages: &Arc<[Message]>, output: &mut impl Output) {
        for message in messages.iter() {
            let block = Sse {
                event: message.event_type.map(str::to_owned),
                data: Some(message.data.to_text()),
                id: message.id.clone(),
                retry: None,
            };
            output.put(&block.encode().expect("valid fields"));
        }
    }
}
