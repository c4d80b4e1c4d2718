//! The layers among each other and with tower-http's: what comes of it in which order. The manual's
//! section "Order" says what is right; these tests are why.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod bounds;
mod compression;
mod gates;
mod recommended;
mod timeout;
mod trace;

use core::{convert::Infallible, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, Response, header};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Empty, StreamBody, combinators::UnsyncBoxBody};
use sse_tower::{
    EventStreamLayer, Jitter, KeepAlive, ObserveLayer,
    observe::{Observers, StreamStatistics},
    retry::Retry,
};
use tokio::time::{Instant, sleep};
use tower::{BoxError, Layer, Service, ServiceExt, service_fn, util::BoxCloneService};

/// After so many seconds this text.
type Step = (u64, &'static str);
type AnyBody = UnsyncBoxBody<Bytes, BoxError>;
type AnyRequest = Request<Empty<Bytes>>;
type AnyService = BoxCloneService<AnyRequest, Response<AnyBody>, Infallible>;

const HOUR: u64 = 3600;

/// Answers after so many seconds with such a stream.
fn scripted(wait: u64, script: &'static [Step]) -> AnyService {
    let service = service_fn(move |_: AnyRequest| async move {
        sleep(Duration::from_secs(wait)).await;
        let frames = stream::iter(script).then(async |(seconds, text)| {
            sleep(Duration::from_secs(*seconds)).await;
            Ok::<_, Infallible>(Frame::data(Bytes::from_static(text.as_bytes())))
        });
        let response = Response::builder().header(header::CONTENT_TYPE, "text/event-stream");
        Ok(response.body(StreamBody::new(frames)).unwrap())
    });
    boxed(service)
}

/// The service that wears this layer.
fn wearing<L, B>(layer: L, inner: AnyService) -> AnyService
where
    L: Layer<AnyService>,
    L::Service: Service<AnyRequest, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    boxed(layer.layer(inner))
}

fn boxed<S, B>(service: S) -> AnyService
where
    S: Service<AnyRequest, Response = Response<B>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let service = service.map_response(|response: Response<B>| {
        response.map(|body| body.map_err(Into::into).boxed_unsync())
    });
    BoxCloneService::new(service)
}

async fn get(service: &AnyService) -> Response<AnyBody> {
    let request = Request::get("/prices")
        .header(header::ACCEPT, "text/event-stream")
        .header(header::ACCEPT_ENCODING, "gzip")
        .body(Empty::new());
    let Ok(response) = service.clone().oneshot(request.unwrap()).await;
    response
}

/// All frames with the second they came in, and the error if it fails.
async fn frames(response: Response<AnyBody>) -> (Vec<(u64, Bytes)>, Option<String>) {
    let mut body = response.into_body();
    let start = Instant::now();
    let mut frames = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => frames.push((start.elapsed().as_secs(), frame.into_data().unwrap())),
            Err(error) => return (frames, Some(error.to_string())),
        }
    }
    (frames, None)
}

async fn texts(response: Response<AnyBody>) -> (Vec<(u64, String)>, Option<String>) {
    let (frames, error) = frames(response).await;
    let frames = frames.into_iter();
    let texts = frames.map(|(second, data)| (second, String::from_utf8(data.into()).unwrap()));
    (texts.collect(), error)
}

/// The recommended set, without chance: a beat each 15 seconds, 3 seconds to come back.
fn event_streams() -> EventStreamLayer {
    EventStreamLayer::recommended()
        .with_keep_alive(KeepAlive::default().with_jitter(Jitter::NONE))
        .with_retry(Retry::new(Duration::from_secs(3)).with_jitter(Jitter::NONE))
}

fn observing() -> (Arc<StreamStatistics>, ObserveLayer) {
    let statistics = Arc::new(StreamStatistics::new());
    let layer = ObserveLayer::new(Observers::new().with_observer(statistics.clone()));
    (statistics, layer)
}
