//! A session's stream as the body of a response.

use core::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame};

use super::SessionStream;

/// A [`SessionStream`] as the body of a response: each batch is a frame.
#[derive(Debug)]
#[must_use]
pub struct SessionBody {
    stream: SessionStream,
}

impl SessionBody {
    pub(super) const fn new(stream: SessionStream) -> Self {
        Self { stream }
    }

    /// The stream.
    pub const fn get_ref(&self) -> &SessionStream {
        &self.stream
    }
}

impl Body for SessionBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let batch = self.stream.poll_batch(cx);
        batch.map(|batch| batch.map(|batch| Ok(Frame::data(batch))))
    }

    fn is_end_stream(&self) -> bool {
        self.stream.end().is_some()
    }
}
