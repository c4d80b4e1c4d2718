//! Both faces of `sse_codec::Decoder`.

use bytes::Bytes;
use sse_codec::{Decoder, Item, ItemRef};

use crate::peer::{Decode, Events, Failure};

/// `Decoder::decode`.
#[derive(Debug)]
pub(super) struct Borrowed;

impl Decode for Borrowed {
    const NAME: &'static str = "ours, borrowed";
    const VERSION: &'static str = "this repository";

    fn decode_into(chunks: Vec<Bytes>, events: &mut impl Events) -> Result<(), Failure> {
        let mut decoder = Decoder::new();
        for chunk in chunks {
            let mut input = &chunk[..];
            while let Some(item) = decoder.decode(&mut input)? {
                if let ItemRef::Event(event) = item {
                    events.event(event.event_type(), event.data(), event.last_event_id());
                }
            }
        }
        Ok(())
    }
}

/// `Decoder::decode_bytes`.
#[derive(Debug)]
pub(super) struct Owned;

impl Decode for Owned {
    const NAME: &'static str = "ours, owned";
    const VERSION: &'static str = "this repository";

    fn decode_into(chunks: Vec<Bytes>, events: &mut impl Events) -> Result<(), Failure> {
        let mut decoder = Decoder::new();
        for chunk in chunks {
            let mut input = chunk;
            while let Some(item) = decoder.decode_bytes(&mut input)? {
                if let Item::Event(event) = item {
                    events.event(event.event_type(), event.data(), event.last_event_id());
                }
            }
        }
        Ok(())
    }
}
