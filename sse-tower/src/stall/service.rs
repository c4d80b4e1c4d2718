//! The service.

use core::task::{Context, Poll};

use http::Request;
use tower_service::Service;

use super::ConnectionHandle;
use crate::accessors::inner_service_accessors;

/// A service whose requests hold the handle of their connection. Made by
/// [`ConnectionHandleLayer`](super::ConnectionHandleLayer).
#[derive(Debug, Clone)]
pub struct InsertConnectionHandle<S> {
    inner: S,
    handle: ConnectionHandle,
}

impl<S> InsertConnectionHandle<S> {
    pub(super) const fn new(inner: S, handle: ConnectionHandle) -> Self {
        Self { inner, handle }
    }

    inner_service_accessors!();
}

impl<S, B> Service<Request<B>> for InsertConnectionHandle<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        request.extensions_mut().insert(self.handle.clone());
        self.inner.call(request)
    }
}
