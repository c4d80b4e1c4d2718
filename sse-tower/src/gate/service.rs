//! The service behind a gate.

use core::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::{Arrival, Gate, future::GatedFuture};
use crate::{accessors::inner_service_accessors, request::Asked, response::StreamBody};

/// A service behind a gate. Made by the layers of this crate.
#[derive(Debug, Clone)]
pub struct Gated<S, G> {
    inner: S,
    gate: G,
}

impl<S, G> Gated<S, G> {
    pub(crate) const fn new(inner: S, gate: G) -> Self {
        Self { inner, gate }
    }

    inner_service_accessors!();
}

impl<S, G, ReqBody, ResBody> Service<Request<ReqBody>> for Gated<S, G>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    G: Gate,
{
    type Response = Response<StreamBody<ResBody>>;
    type Error = S::Error;
    type Future = GatedFuture<S, G, ReqBody, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let asked = Asked::by(request.method(), request.version(), request.headers());
        let (mut head, body) = request.into_parts();
        let arrival = self.gate.arrive(&mut head);
        let request = Request::from_parts(head, body);
        match arrival {
            Arrival::Admit(visitor) => {
                // The instance that is ready is the one to call; another takes its place here.
                let next = self.inner.clone();
                let ready = core::mem::replace(&mut self.inner, next);
                let admission = self.gate.admit(visitor);
                GatedFuture::admitting(admission, ready, request, asked)
            }
            Arrival::AdmitStream(visitor) => {
                let late = Some((self.gate.clone(), visitor));
                GatedFuture::calling(self.inner.call(request), None, late, asked)
            }
            Arrival::Pass => GatedFuture::calling(self.inner.call(request), None, None, asked),
        }
    }
}
