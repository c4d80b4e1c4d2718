//! `eventsource_stream`: its stream over byte slices.

use bytes::Bytes;
use eventsource_stream::EventStream;

use super::poll::{drain, slice_stream};
use crate::peer::{Decode, Events, Failure};

/// `EventStream`.
#[derive(Debug)]
pub(super) struct EventsourceStream;

impl Decode for EventsourceStream {
    const NAME: &'static str = "eventsource-stream";
    const VERSION: &'static str = "0.2.3";

    fn decode_into(chunks: &[Bytes], events: &mut impl Events) -> Result<(), Failure> {
        drain(EventStream::new(slice_stream(chunks)), |event| {
            events.event(&event.event, &event.data, &event.id);
        })
    }
}
