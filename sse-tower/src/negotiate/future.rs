//! The response future.

use core::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use pin_project_lite::pin_project;

use super::body::NegotiatedBody;
use crate::media_type::is_event_stream_response;

pin_project! {
    /// The response future of [`Negotiate`](super::Negotiate).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // None: the service was not called.
        #[pin]
        inner: Option<F>,
        refused: bool,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn refused() -> Self {
        Self {
            inner: None,
            refused: true,
        }
    }

    pub(super) const fn judged(inner: F, refused: bool) -> Self {
        Self {
            inner: Some(inner),
            refused,
        }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<NegotiatedBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(inner) = this.inner.as_pin_mut() else {
            return Poll::Ready(Ok(not_acceptable()));
        };
        let mut response = ready!(inner.poll(cx))?;
        let is_stream = is_event_stream_response(response.status(), response.headers());
        Poll::Ready(Ok(if *this.refused && is_stream {
            not_acceptable()
        } else {
            if is_stream {
                vary(response.headers_mut());
            }
            response.map(NegotiatedBody::passed)
        }))
    }
}

fn not_acceptable<B>() -> Response<NegotiatedBody<B>> {
    let mut response = Response::new(NegotiatedBody::empty());
    *response.status_mut() = StatusCode::NOT_ACCEPTABLE;
    vary(response.headers_mut());
    response
}

/// What depends on `Accept` says so, for caches: the refusal, and what would have been refused.
fn vary(headers: &mut HeaderMap) {
    headers.append(header::VARY, HeaderValue::from_static("accept"));
}
