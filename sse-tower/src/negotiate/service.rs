//! The service.

use core::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::{body::NegotiatedBody, future::ResponseFuture};
use crate::{
    accept::{Acceptance, acceptance},
    accessors::inner_service_accessors,
};

/// A service that answers 406 where a client does not accept event streams. Made by
/// [`NegotiateLayer`](super::NegotiateLayer).
#[derive(Debug, Clone)]
pub struct Negotiate<S> {
    inner: S,
    before_the_call: bool,
}

impl<S> Negotiate<S> {
    pub(super) const fn new(inner: S, before_the_call: bool) -> Self {
        Self {
            inner,
            before_the_call,
        }
    }

    inner_service_accessors!();
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for Negotiate<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
{
    type Response = Response<NegotiatedBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let refused = acceptance(request.headers()) == Acceptance::Refused;
        if refused && self.before_the_call {
            return ResponseFuture::refused();
        }
        ResponseFuture::judged(self.inner.call(request), refused)
    }
}
