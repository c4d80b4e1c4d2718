//! Observers on scripted services, in tokio's paused time.

#[cfg(feature = "metrics")]
mod metrics;
mod reasons;
mod statistics;
#[cfg(feature = "tracing")]
mod tracing;
mod worn;

use core::{convert::Infallible, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Method, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use tokio::time::sleep;
use tower::{Layer, Service, ServiceExt, service_fn, util::BoxCloneService};

/// After so many seconds a frame or an error.
type Step = (u64, Result<&'static str, &'static str>);
type AnyBody = UnsyncBoxBody<Bytes, &'static str>;
type AnyService = BoxCloneService<Request<()>, Response<AnyBody>, Infallible>;

/// Answers with such a stream each time.
fn scripted(script: &'static [Step]) -> AnyService {
    boxed(service_fn(move |_: Request<()>| async move {
        let frames = stream::iter(script).then(async |(seconds, step)| {
            sleep(Duration::from_secs(*seconds)).await;
            step.map(|text| Frame::data(Bytes::from_static(text.as_bytes())))
        });
        let response = Response::builder().header("content-type", "text/event-stream");
        Ok(response.body(StreamBody::new(frames)).unwrap())
    }))
}

/// The service that wears this layer.
fn wearing<L, B>(layer: L, inner: AnyService) -> AnyService
where
    L: Layer<AnyService>,
    L::Service: Service<Request<()>, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data = Bytes, Error = &'static str> + Send + 'static,
{
    boxed(layer.layer(inner))
}

fn boxed<S, B>(service: S) -> AnyService
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data = Bytes, Error = &'static str> + Send + 'static,
{
    let service = service.map_response(|response: Response<B>| response.map(BodyExt::boxed_unsync));
    BoxCloneService::new(service)
}

async fn answer(service: &AnyService, method: Method, uri: &str) -> Response<AnyBody> {
    let request = Request::builder().method(method).uri(uri).body(()).unwrap();
    let Ok(response) = service.clone().oneshot(request).await;
    response
}

async fn get(service: &AnyService) -> Response<AnyBody> {
    answer(service, Method::GET, "/prices").await
}

/// Reads all there is, or until it fails.
async fn read(response: Response<AnyBody>) {
    let mut body = response.into_body();
    while let Some(Ok(_)) = body.frame().await {}
}
