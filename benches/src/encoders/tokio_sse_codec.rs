//! `tokio_sse_codec::SseEncoder`, whose ids are static or owned, and whose data may be borrowed.

use std::{borrow::Cow, sync::Arc};

use tokio_sse_codec::{Event, Frame, SseEncoder};
use tokio_util::codec::Encoder as _;

use crate::{
    encoder::{Encode, Output, Way, through_buffer},
    message::{Data, Message},
};

/// `SseEncoder`.
#[derive(Debug)]
pub(super) struct TokioSseCodec;

impl Encode for TokioSseCodec {
    const NAME: &'static str = "tokio_sse_codec";
    const VERSION: &'static str = "0.0.2";
    const WAY: Way = Way::Buffer;

    fn encode(messages: &Arc<[Message]>, output: &mut impl Output) {
        let mut encoder = SseEncoder::new();
        through_buffer(messages, output, |message, buffer| {
            let data = match &message.data {
                Data::Text(text) => Cow::Borrowed(text.as_bytes()),
                json @ Data::Json(_) => Cow::Owned(json.to_text().into_bytes()),
            };
            let event = Event {
                id: message.id.clone().map(Cow::Owned),
                name: Cow::Borrowed(message.event_type.unwrap_or("message")),
                data,
            };
            encoder
                .encode(Frame::Event(event), buffer)
                .expect("does not fail");
        });
    }
}
