//! Drives a peer that is a `Stream` without a runtime: in memory nothing is ever pending.

use core::{
    convert::Infallible,
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use futures_util::{Stream, stream};

use crate::peer::Failure;

/// The chunks as a stream, as an HTTP client gives them.
pub(super) fn chunk_stream(
    chunks: Vec<Bytes>,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Unpin {
    stream::iter(chunks.into_iter().map(Ok))
}

/// Polls the stream to its end.
#[inline]
pub(super) fn drain<T, E>(
    stream: impl Stream<Item = Result<T, E>>,
    mut each: impl FnMut(T),
) -> Result<(), Failure>
where
    Failure: From<E>,
{
    let mut stream = pin!(stream);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match stream.as_mut().poll_next(&mut context) {
            Poll::Ready(Some(item)) => each(item?),
            Poll::Ready(None) => return Ok(()),
            Poll::Pending => return Err(Failure("pending, though its input is not".into())),
        }
    }
}
