//! What a server needs of layers, services, futures and bodies, for the compiler to check.

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use sse_tower::{
    AntiBufferingLayer, Drain, ErrorEventLayer, EventSourceCorsLayer, EventStreamLayer,
    KeepAliveLayer, LastEventIdLayer, LifetimeLayer, NegotiateLayer, ObserveLayer, RetryLayer,
    anti_buffering::AntiBuffering,
    error_event::ErrorEvent,
    lifetime::Lifetime,
    limit::{LocalPermits, StreamLimitLayer},
    observe::{Observers, StreamMetrics, StreamTracing},
    retry::Retry,
    stall::{ConnectionHandleLayer, GuardedIo, StallReaper},
    token::{Authorized, Credential, TokenLayer, TokenRejected},
};
use tower::{Layer, Service};

fn is_shareable<T: Clone + Send + Sync + 'static>(_: &T) {}
fn is_send<T: Send + 'static>(_: &T) {}

/// A layer, and the service around one that is shareable itself.
fn check<L, B>(layer: L)
where
    L: Layer<Handler> + Clone + Send + Sync + 'static,
    L::Service: Service<Request<()>, Response = Response<B>> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request<()>>>::Future: Send + 'static,
    B: Send + 'static,
{
    is_shareable(&layer);
    let mut service = layer.layer(Handler);
    is_shareable(&service);
    is_send(&service.call(Request::new(())));
}

#[derive(Clone)]
struct Handler;

impl Service<Request<()>> for Handler {
    type Response = Response<Full<Bytes>>;
    type Error = core::convert::Infallible;
    type Future = core::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(
        &mut self,
        _: &mut core::task::Context<'_>,
    ) -> core::task::Poll<Result<(), Self::Error>> {
        core::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        core::future::ready(Ok(Response::default()))
    }
}

#[test]
fn all_layers_and_their_services_can_be_cloned_sent_and_shared() {
    check(AntiBufferingLayer::new(AntiBuffering::new()));
    check(Drain::new().layer());
    check(ErrorEventLayer::new(ErrorEvent::default()));
    check(EventSourceCorsLayer::any_origin());
    check(EventStreamLayer::recommended());
    check(KeepAliveLayer::default());
    check(LastEventIdLayer::new());
    check(LifetimeLayer::new(Lifetime::new(Duration::from_secs(90))));
    check(NegotiateLayer::new());
    let observers = Observers::new().with_metrics(&StreamMetrics::new());
    check(ObserveLayer::new(
        observers.with_tracing(StreamTracing::new()),
    ));
    check(RetryLayer::new(Retry::default()));
    let io = GuardedIo::new(tokio::io::empty());
    check(ConnectionHandleLayer::new(io.handle()));
    check(StallReaper::default().layer());
    check(StreamLimitLayer::new(Arc::new(LocalPermits::new(1))));
    check(TokenLayer::new(|_: Credential| async {
        Ok::<_, TokenRejected>(Authorized::new(()))
    }));
}
