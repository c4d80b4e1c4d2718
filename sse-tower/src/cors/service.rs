//! The service.

use core::{
    pin::Pin,
    task::{Context, Poll},
};

use http::{Method, Request, Response, header};
use pin_project_lite::pin_project;
use tower_http::cors::Cors;
use tower_service::Service;

/// A service whose responses other origins may read. Made by
/// [`EventSourceCorsLayer`](super::EventSourceCorsLayer).
#[derive(Debug, Clone)]
pub struct EventSourceCors<S> {
    inner: Cors<S>,
}

impl<S> EventSourceCors<S> {
    pub(super) const fn new(inner: Cors<S>) -> Self {
        Self { inner }
    }

    /// The inner service.
    pub fn get_ref(&self) -> &S {
        self.inner.get_ref()
    }

    /// The inner service.
    pub fn get_mut(&mut self) -> &mut S {
        self.inner.get_mut()
    }

    /// The inner service.
    pub fn into_inner(self) -> S {
        self.inner.into_inner()
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for EventSourceCors<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S, ReqBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        // tower-http takes every `OPTIONS` for a preflight
        // (<https://fetch.spec.whatwg.org/#cors-preflight-request>).
        let asks_first = request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let inner = if *request.method() == Method::OPTIONS && !asks_first {
            Kind::Passed {
                inner: self.inner.get_mut().call(request),
            }
        } else {
            Kind::Judged {
                inner: self.inner.call(request),
            }
        };
        ResponseFuture { inner }
    }
}

pin_project! {
    /// The response future of [`EventSourceCors`].
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<S, ReqBody>
    where
        S: Service<Request<ReqBody>>,
    {
        #[pin]
        inner: Kind<S::Future>,
    }
}

pin_project! {
    #[project = KindProjection]
    enum Kind<F> {
        Judged {
            #[pin]
            inner: tower_http::cors::ResponseFuture<F>,
        },
        Passed {
            #[pin]
            inner: F,
        },
    }
}

impl<S, ReqBody, ResBody> Future for ResponseFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Default,
{
    type Output = Result<Response<ResBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().inner.project() {
            KindProjection::Judged { inner } => inner.poll(cx),
            KindProjection::Passed { inner } => inner.poll(cx),
        }
    }
}

impl<S, ReqBody> core::fmt::Debug for ResponseFuture<S, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
