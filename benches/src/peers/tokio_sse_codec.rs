//! `tokio_sse_codec`: its codec, with the cheapest data type that is text.

use bytes::Bytes;
use tokio_sse_codec::{BytesStr, Frame, SseDecoder};

use super::framed::feed;
use crate::peer::{Decode, Events, Failure};

/// `SseDecoder<BytesStr>`.
#[derive(Debug)]
pub(super) struct TokioSseCodec;

impl Decode for TokioSseCodec {
    const NAME: &'static str = "tokio_sse_codec";
    const VERSION: &'static str = "0.0.2";

    fn decode_into(chunks: Vec<Bytes>, events: &mut impl Events) -> Result<(), Failure> {
        feed(&mut SseDecoder::<BytesStr>::new(), chunks, |frame| {
            if let Frame::Event(event) = frame {
                events.event(
                    &event.name,
                    &event.data,
                    event.id.as_deref().unwrap_or_default(),
                );
            }
        })
    }
}
