//! `russe`: its codec. Gives raw blocks, so the last event ID and the default type are the
//! adapter's; a block without data cannot be told from one with empty data, and counts as none.

use bytes::Bytes;
use russe::{Decoder, Event};

use super::framed::feed;
use crate::peer::{Decode, Events, Failure};

/// `Decoder`.
#[derive(Debug)]
pub(super) struct Russe;

impl Decode for Russe {
    const NAME: &'static str = "russe";
    const VERSION: &'static str = "0.3.1";

    fn decode_into(chunks: Vec<Bytes>, events: &mut impl Events) -> Result<(), Failure> {
        let mut last_event_id = None;
        feed(&mut Decoder::default(), chunks, |event| {
            let Event::Message(message) = event else {
                return;
            };
            if message.id.is_some() {
                last_event_id = message.id;
            }
            if !message.data.is_empty() {
                let event_type = message.event.as_deref().filter(|name| !name.is_empty());
                let id = last_event_id.as_deref().unwrap_or_default();
                events.event(event_type.unwrap_or("message"), &message.data, id);
            }
        })
    }
}
