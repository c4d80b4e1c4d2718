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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Item, stream::EventStreamError};
    use alloc::vec::Vec;
    use futures_util::{StreamExt, stream};
    use http::HeaderMap;
    use http_body::Frame;
    use http_body_util::StreamBody;

    #[tokio::test]
    async fn trailers_are_ignored_and_events_share_the_frames() {
        let data = Bytes::from_static(b"data: a\n\n");
        let frames = [
            Ok::<_, &str>(Frame::data(data.clone())),
            Ok(Frame::data(Bytes::new())),
            Ok(Frame::trailers(HeaderMap::new())),
        ];
        let mut items = EventStream::from_body(StreamBody::new(stream::iter(frames)));
        let Some(Ok(Item::Event(event))) = items.next().await else {
            panic!()
        };
        assert_eq!(event.data().as_ptr(), data[6..].as_ptr());
        assert!(items.next().await.is_none());
    }

    #[tokio::test]
    async fn an_error_of_the_body_is_passed_on_once() {
        let frames = [
            Ok(Frame::data(Bytes::from_static(b"data: a\n\n"))),
            Err("broken"),
        ];
        let items = EventStream::from_body(StreamBody::new(stream::iter(frames)));
        let items: Vec<_> = items.collect().await;
        assert!(matches!(
            items[..],
            [Ok(Item::Event(_)), Err(EventStreamError::Source("broken"))]
        ));
    }
}
