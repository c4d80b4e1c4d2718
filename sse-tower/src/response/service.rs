//! The service.

use core::task::{Context, Poll};
use std::sync::Arc;

use http::{Request, Response};
use tower_service::Service;

use super::{additions::Settings, body::StreamBody, future::ResponseFuture};
use crate::{accessors::inner_service_accessors, observe::ObservedRequest, request::Asked};

/// A service whose event streams are added to. Made by the layers of this crate.
#[derive(Debug, Clone)]
pub struct EventStreamService<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl<S> EventStreamService<S> {
    pub(super) const fn new(inner: S, settings: Arc<Settings>) -> Self {
        Self { inner, settings }
    }

    inner_service_accessors!();
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for EventStreamService<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
{
    type Response = Response<StreamBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let asked = Asked::by(request.method(), request.version(), request.headers());
        let observed = (!self.settings.observers.is_empty()).then(|| ObservedRequest::of(&request));
        let settings = Arc::clone(&self.settings);
        ResponseFuture::new(self.inner.call(request), settings, asked, observed)
    }
}
