//! `russe::Encoder`, whose text is static or owned.

use std::sync::Arc;

use russe::{Event, Message as RusseMessage};
use tokio_util::codec::Encoder as _;

use crate::{
    encoder::{Encode, Output, Way, through_buffer},
    message::Message,
};

/// `Encoder`.
#[derive(Debug)]
pub(super) struct Russe;

impl Encode for Russe {
    const NAME: &'static str = "russe";
    const VERSION: &'static str = "0.3.1";
    const WAY: Way = Way::Buffer;

    fn encode(messages: &Arc<[Message]>, output: &mut impl Output) {
        let mut encoder = russe::Encoder::default();
        through_buffer(messages, output, |message, buffer| {
            let event = Event::Message(RusseMessage {
                data: message.data.to_text().into(),
                event: message.event_type.map(Into::into),
                retry: None,
                id: message.id.as_deref().map(Into::into),
            });
            encoder.encode(event, buffer).expect("valid fields");
        });
    }
}
