//! `sseer`: its stream over `Bytes`.

use bytes::Bytes;
use sseer::EventStream;

use super::poll::{chunk_stream, drain};
use crate::peer::{Decode, Events, Failure};

/// `EventStream`.
#[derive(Debug)]
pub(super) struct Sseer;

impl Decode for Sseer {
    const NAME: &'static str = "sseer";
    const VERSION: &'static str = "0.3.1";

    fn decode_into(chunks: Vec<Bytes>, events: &mut impl Events) -> Result<(), Failure> {
        drain(EventStream::new(chunk_stream(chunks)), |event| {
            events.event(&event.event, &event.data, &event.id);
        })
    }
}
