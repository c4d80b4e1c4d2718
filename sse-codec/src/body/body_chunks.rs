//! A body as a stream of chunks.

use core::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use futures_core::Stream;
use http_body::Body;
use pin_project_lite::pin_project;

use crate::{Decoder, EventStream};

pin_project! {
    /// The data of a body, frame by frame; trailers are ignored. What
    /// [`EventStream::from_body`] decodes.
    #[derive(Debug, Clone)]
    #[must_use = "streams do nothing unless polled"]
    pub struct BodyChunks<B> {
        #[pin]
        body: B,
    }
}

impl<B> BodyChunks<B> {
    /// The body.
    pub fn into_inner(self) -> B {
        self.body
    }
}

impl<B: Body> Stream for BodyChunks<B> {
    type Item = Result<Bytes, B::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(self.as_mut().project().body.poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if let Ok(mut data) = frame.into_data() {
                        // Shares the storage where the data is `Bytes`.
                        let length = data.remaining();
                        return Poll::Ready(Some(Ok(data.copy_to_bytes(length))));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<B: Body> EventStream<BodyChunks<B>> {
    /// Decodes a body with the default [`Decoder`].
    pub fn from_body(body: B) -> Self {
        Self::from_body_with_decoder(body, Decoder::new())
    }

    /// Decodes a body with a decoder of one's own settings, or of an earlier connection.
    pub const fn from_body_with_decoder(body: B, decoder: Decoder) -> Self {
        Self::with_decoder(BodyChunks { body }, decoder)
    }
}
