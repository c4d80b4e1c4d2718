//! The service.

use core::task::{Context, Poll};
use std::sync::Arc;

use http::Request;
use tower_service::Service;

use super::source::Source;
use crate::accessors::inner_service_accessors;

/// A service whose requests tell the last event ID in their extensions. Made by
/// [`LastEventIdLayer`](super::LastEventIdLayer).
#[derive(Debug, Clone)]
pub struct ExtractLastEventId<S> {
    inner: S,
    source: Arc<Source>,
}

impl<S> ExtractLastEventId<S> {
    pub(super) const fn new(inner: S, source: Arc<Source>) -> Self {
        Self { inner, source }
    }

    inner_service_accessors!();
}

impl<S, B> Service<Request<B>> for ExtractLastEventId<S>
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
        match self.source.find(request.headers(), request.uri()) {
            Ok(None) => {}
            Ok(Some(id)) => {
                request.extensions_mut().insert(id);
            }
            Err(error) => {
                request.extensions_mut().insert(error);
            }
        }
        self.inner.call(request)
    }
}
