//! The registry's `sse-codec`, which is another project: its codec, whose text is owned.

use std::sync::Arc;

use futures_codec::Encoder as _;
use peer_sse_codec::{Event, SSECodec};

use crate::{
    encoder::{Encode, Output, Way, through_buffer},
    message::Message,
};

/// `SSECodec`.
#[derive(Debug)]
pub(super) struct SseCodecRegistry;

impl Encode for SseCodecRegistry {
    const NAME: &'static str = "sse-codec 0.3";
    const VERSION: &'static str = "0.3.3";
    const WAY: Way = Way::Buffer;

    fn encode(messages: &Arc<[Message]>, output: &mut impl Output) {
        let mut codec = SSECodec::default();
        through_buffer(messages, output, |message, buffer| {
            let event = Event::Message {
                id: message.id.clone(),
                event: message.event_type.unwrap_or("message").to_owned(),
                data: message.data.to_text(),
            };
            codec.encode(event, buffer).expect("does not fail");
        });
    }
}
