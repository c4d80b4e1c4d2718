//! The response future.

use core::{
    pin::Pin,
    task::{Context, Poll, ready},
};
use std::sync::Arc;

use http::Response;
use pin_project_lite::pin_project;

use super::{
    additions::{Settings, add_to},
    body::StreamBody,
};
use crate::{observe::ObservedRequest, request::Asked};

pin_project! {
    /// The response future of [`EventStreamService`](super::EventStreamService).
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        settings: Arc<Settings>,
        asked: Asked,
        observed: Option<ObservedRequest>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn new(
        inner: F,
        settings: Arc<Settings>,
        asked: Asked,
        observed: Option<ObservedRequest>,
    ) -> Self {
        Self {
            inner,
            settings,
            asked,
            observed,
        }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<StreamBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.inner.poll(cx))?;
        let observed = this.observed.as_ref();
        Poll::Ready(Ok(add_to(response, this.settings, *this.asked, observed)))
    }
}
