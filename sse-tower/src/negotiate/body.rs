//! The inner body, or none.

use core::{
    pin::Pin,
    task::{Context, Poll},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The body of a response of [`Negotiate`](super::Negotiate): the inner one, or none for a
    /// 406.
    #[derive(Debug)]
    pub struct NegotiatedBody<B> {
        #[pin]
        inner: Option<B>,
    }
}

impl<B> NegotiatedBody<B> {
    pub(super) const fn passed(inner: B) -> Self {
        Self { inner: Some(inner) }
    }

    pub(super) const fn empty() -> Self {
        Self { inner: None }
    }

    /// The inner body, if it was not refused.
    pub fn into_inner(self) -> Option<B> {
        self.inner
    }
}

/// Nothing: for layers that answer by themselves, such as a timeout.
impl<B> Default for NegotiatedBody<B> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<B: Body> Body for NegotiatedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        match self.project().inner.as_pin_mut() {
            Some(inner) => inner.poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::{Request, Response, StatusCode, header};
    use http_body_util::{BodyExt, Full};
    use tower::{Layer, ServiceExt, service_fn};

    use crate::NegotiateLayer;

    async fn asked(
        layer: NegotiateLayer,
        accept: &str,
        content_type: &'static str,
        panics: bool,
    ) -> Response<NegotiatedBody<Full<Bytes>>> {
        let service = service_fn(move |_: Request<()>| async move {
            assert!(!panics, "the service was called");
            let response = Response::builder().header(header::CONTENT_TYPE, content_type);
            response.body(Full::new(Bytes::from_static(b"data: a\n\n")))
        });
        let request = Request::get("/")
            .header(header::ACCEPT, accept)
            .body(())
            .unwrap();
        layer.layer(service).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn only_an_event_stream_that_is_not_accepted_is_replaced() {
        let layer = NegotiateLayer::new();
        for (accept, content_type, status) in [
            (
                "application/json",
                "text/event-stream",
                StatusCode::NOT_ACCEPTABLE,
            ),
            (
                "application/json",
                "text/event-stream; charset=utf-8",
                StatusCode::NOT_ACCEPTABLE,
            ),
            ("application/json", "application/json", StatusCode::OK),
            ("text/event-stream", "text/event-stream", StatusCode::OK),
            ("*/*", "text/event-stream", StatusCode::OK),
        ] {
            let response = asked(layer, accept, content_type, false).await;
            assert_eq!(response.status(), status, "{accept} {content_type}");
            let varies = response.headers().contains_key(header::VARY);
            assert_eq!(varies, content_type != "application/json");
            let length = response.body().size_hint().exact();
            let expected = if status == StatusCode::OK { 9 } else { 0 };
            assert_eq!(length, Some(expected));
            assert_eq!(response.body().is_end_stream(), expected == 0);
            let body = response.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body.len() as u64, expected);
        }
    }

    #[tokio::test]
    async fn before_the_call_the_service_is_spared() {
        let layer = NegotiateLayer::new().before_the_call();
        let response = asked(layer, "application/json", "text/event-stream", true).await;
        assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE);
        assert_eq!(response.headers()[header::VARY], "accept");
        let response = asked(layer, "text/*", "text/event-stream", false).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
}
