//! Feeds a codec for framed input/output without the input/output: what its `FramedRead` does
//! with each chunk it reads. The copy into the buffer is the one that any user of a codec pays.

use bytes::{Bytes, BytesMut};
use tokio_util::codec::Decoder;

use crate::peer::Failure;

/// Decodes all chunks.
#[inline]
pub(super) fn feed<D: Decoder>(
    decoder: &mut D,
    chunks: Vec<Bytes>,
    mut each: impl FnMut(D::Item),
) -> Result<(), Failure>
where
    Failure: From<D::Error>,
{
    let mut buffer = BytesMut::new();
    for chunk in chunks {
        buffer.extend_from_slice(&chunk);
        while let Some(item) = decoder.decode(&mut buffer)? {
            each(item);
        }
    }
    Ok(())
}
