//! The crate that has the name `sse-codec` in the registry, which is another project than this
//! one: its codec.

use bytes::{Bytes, BytesMut};
use futures_codec::Decoder as _;
use peer_sse_codec::{Event, SSECodec};

use crate::peer::{Decode, Events, Failure};

/// `SSECodec`.
#[derive(Debug)]
pub(super) struct SseCodecRegistry;

impl Decode for SseCodecRegistry {
    const NAME: &'static str = "sse-codec 0.3";
    const VERSION: &'static str = "0.3.3";

    fn decode_into(chunks: Vec<Bytes>, events: &mut impl Events) -> Result<(), Failure> {
        let mut codec = SSECodec::default();
        let mut buffer = BytesMut::new();
        for chunk in chunks {
            buffer.extend_from_slice(&chunk);
            while let Some(event) = codec.decode(&mut buffer)? {
                if let Event::Message { id, event, data } = event {
                    events.event(&event, &data, id.as_deref().unwrap_or_default());
                }
            }
        }
        Ok(())
    }
}
