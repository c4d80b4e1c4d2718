//! The layers on scripted services, in tokio's paused time.

mod additions;
mod contract;
mod ends;

use core::{convert::Infallible, pin::pin, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, StreamBody as FrameStream};
use tokio::time::{Instant, sleep};
use tower::{Layer, Service, ServiceExt};

use super::StreamBody;
use crate::{EventStreamLayer, Jitter, KeepAlive, retry::Retry};

/// What happens in an inner body: seconds go by, a frame comes.
#[derive(Clone)]
enum Happens {
    Seconds(u64),
    Data(&'static [u8]),
    Trailers,
    Error,
}
use Happens::{Data, Error, Seconds, Trailers};

fn body(script: Vec<Happens>) -> impl Body<Data = Bytes, Error = &'static str> + Unpin {
    let frames = stream::iter(script).filter_map(|happens| {
        Box::pin(async move {
            match happens {
                Seconds(seconds) => {
                    sleep(Duration::from_secs(seconds)).await;
                    None
                }
                Data(data) => Some(Ok(Frame::data(Bytes::from_static(data)))),
                Trailers => {
                    let value = HeaderValue::from_static("yes");
                    Some(Ok(Frame::trailers(HeaderMap::from_iter([(
                        http::header::TE,
                        value,
                    )]))))
                }
                Error => Some(Err("broken")),
            }
        })
    });
    FrameStream::new(frames)
}

fn event_stream<B>(body: B) -> Response<B> {
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(body)
        .unwrap()
}

/// The response of a service that wears a layer and answers with this.
async fn through<B>(
    layer: EventStreamLayer,
    method: Method,
    response: Response<B>,
) -> Response<StreamBody<B>> {
    let request = Request::builder().method(method).body(()).unwrap();
    layer
        .layer(Handler(Some(response)))
        .oneshot(request)
        .await
        .unwrap()
}

/// Answers once, and only if it was ready.
struct Handler<B>(Option<Response<B>>);

impl<B> Service<Request<()>> for Handler<B> {
    type Response = Response<B>;
    type Error = Infallible;
    type Future = core::future::Ready<Result<Response<B>, Infallible>>;

    fn poll_ready(
        &mut self,
        _: &mut core::task::Context<'_>,
    ) -> core::task::Poll<Result<(), Infallible>> {
        core::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        core::future::ready(Ok(self.0.take().expect("called once")))
    }
}

/// All frames with the second they came in; an error as text.
async fn frames<B>(body: B) -> Vec<(u64, String)>
where
    B: Body<Data = Bytes, Error = &'static str>,
{
    let mut body = pin!(body);
    let start = Instant::now();
    let mut frames = Vec::new();
    while let Some(frame) = body.frame().await {
        let text = match frame {
            Ok(frame) => match frame.into_data() {
                Ok(data) => String::from_utf8_lossy(&data).into_owned(),
                Err(_) => "trailers".to_owned(),
            },
            Err(error) => error.to_owned(),
        };
        frames.push((start.elapsed().as_secs(), text));
    }
    frames
}

fn beats() -> EventStreamLayer {
    let keep_alive = KeepAlive::new(Duration::from_secs(10)).with_jitter(Jitter::NONE);
    EventStreamLayer::empty().with_keep_alive(keep_alive)
}

fn retries() -> EventStreamLayer {
    let retry = Retry::new(Duration::from_secs(3)).with_jitter(Jitter::NONE);
    EventStreamLayer::empty().with_retry(retry)
}

async fn run(layer: EventStreamLayer, script: Vec<Happens>) -> Vec<(u64, String)> {
    let response = through(layer, Method::GET, event_stream(body(script))).await;
    frames(response.into_body()).await
}

fn seen(frames: &[(u64, &str)]) -> Vec<(u64, String)> {
    frames
        .iter()
        .map(|(second, text)| (*second, (*text).to_owned()))
        .collect()
}
