//! `eventsource_stream`: its stream over byte slices.

use bytes::Bytes;
use eventsource_stream::EventStream;

use super::poll::{chunk_stream, drain};
use crate::peer::{Decode, Events, Failure};

/// `EventStream`.
#[derive(Debug)]
pub(super) struct EventsourceStream;

impl Decode for EventsourceStream {
    const NAME: &'static str = "eventsource-stream";
    const VERSION: &'static str = "0.2.3";

    fn decode_into(chunks: Vec<Bytes>, events: &mut impl Events) -> Result<(), Failure> {
        drain(EventStream::new(chunk_stream(chunks)), |event| {
            events.event(&event.event, &event.data, &event.id);
        })
    }
}
