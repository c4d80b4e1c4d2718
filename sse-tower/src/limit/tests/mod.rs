//! Limits around scripted services, in tokio's paused time.

mod evictions;
mod limits;
mod model;
mod naive_permits;
mod rates;
mod remote_permits;
mod store;

use core::{convert::Infallible, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use http::{HeaderMap, Method, Request, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody as FrameStream, combinators::UnsyncBoxBody};
use tokio::time::{sleep, timeout};
use tower::{Layer, Service, ServiceExt, service_fn};

use super::StreamLimitLayer;
use crate::response::StreamBody;

/// What an `EventSource` accepts.
const EVENT_SOURCE: &str = "text/event-stream";
/// What a client made of `fetch` may accept, which reads the status.
const FETCH: &str = "text/event-stream, application/json";

type Answer = Response<StreamBody<UnsyncBoxBody<Bytes, Infallible>>>;

/// A server with these limits.
#[derive(Clone)]
struct Server {
    layer: StreamLimitLayer,
}

impl Server {
    const fn new(layer: StreamLimitLayer) -> Self {
        Self { layer }
    }

    /// The path tells what is answered: `/page` no stream, `/short` one event, `/slow` a stream
    /// after a second, everything else one event and nothing after it.
    fn request(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
    ) -> BoxFuture<'static, Answer> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let service = self.layer.layer(service_fn(answer));
        let answer = service.oneshot(request.body(()).unwrap());
        answer.map(Result::unwrap).boxed()
    }

    fn get(&self, path: &str, user: &str, accept: &str) -> BoxFuture<'static, Answer> {
        self.request(Method::GET, path, &[("x-user", user), ("accept", accept)])
    }

    /// A stream of this user, if it may have one.
    async fn open(&self, user: &str) -> Option<Answer> {
        let answer = self.get("/", user, FETCH).await;
        (answer.status() == 200).then_some(answer)
    }
}

async fn answer(
    request: Request<()>,
) -> Result<Response<UnsyncBoxBody<Bytes, Infallible>>, Infallible> {
    let event = || stream::iter([Ok(Frame::data(Bytes::from_static(b"data: a\n\n")))]);
    let endless = || FrameStream::new(event().chain(stream::pending()));
    let mut content_type = EVENT_SOURCE;
    let body = match request.uri().path() {
        "/page" => {
            content_type = "text/html";
            endless().boxed_unsync()
        }
        "/short" => FrameStream::new(event()).boxed_unsync(),
        "/slow" => {
            sleep(Duration::from_secs(1)).await;
            endless().boxed_unsync()
        }
        _ => endless().boxed_unsync(),
    };
    let response = Response::builder().header(header::CONTENT_TYPE, content_type);
    Ok(response.body(body).unwrap())
}

/// What comes until the body ends, which it must do within two hours.
async fn text(answer: Answer) -> String {
    let body = timeout(Duration::from_secs(7200), answer.into_body().collect());
    let bytes = body.await.expect("the stream ends").unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn seconds(headers: &HeaderMap) -> u64 {
    headers["retry-after"].to_str().unwrap().parse().unwrap()
}

/// The layers are `Clone + Send + Sync`, and so are their services.
#[test]
fn the_layer_can_be_shared() {
    fn check<T: Clone + Send + Sync>(_: T) {}
    let layer = StreamLimitLayer::new(std::sync::Arc::new(super::LocalPermits::new(1)));
    check(layer.clone());
    let service = layer.layer(service_fn(answer));
    fn send<S: Service<Request<()>, Future: Send>>(_: &S) {}
    send(&service);
    check(service);
}
