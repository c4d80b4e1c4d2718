//! A gate of the tests' own around scripted services.

use core::{
    convert::Infallible,
    future::{Ready, ready},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, request::Parts};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use tower::{Service, ServiceExt};

use super::{Arrival, Gate, Gated, sealed::Sealed};
use crate::{refusal::Refusal, request::StreamRequests, stream::StreamHandle};

/// Lets requests pass after a second, unless they have the header `refuse`; a pass is a reference.
#[derive(Clone, Default)]
struct Counting {
    passes: Arc<()>,
}

impl Counting {
    fn held(&self) -> usize {
        Arc::strong_count(&self.passes) - 1
    }
}

impl Sealed for Counting {}

impl Gate for Counting {
    type Visitor = bool;
    type Pass = Arc<()>;
    type Admission = Pin<Box<dyn Future<Output = Result<Arc<()>, Refusal>>>>;

    fn arrive(&self, head: &mut Parts) -> Arrival<bool> {
        let refuse = head.headers.remove("refuse").is_some();
        if head.headers.contains_key("pass") {
            Arrival::Pass
        } else if StreamRequests::default().include(head) {
            Arrival::Admit(refuse)
        } else {
            Arrival::AdmitStream(refuse)
        }
    }

    fn admit(&self, refuse: bool) -> Self::Admission {
        let pass = Arc::clone(&self.passes);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if refuse {
                Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS))
            } else {
                Ok(pass)
            }
        })
    }

    fn enter(_: &mut Arc<()>, head: &mut Parts) {
        head.extensions.insert("entered");
    }

    fn leave(pass: Arc<()>, headers: &mut HeaderMap, stream: Option<&StreamHandle>) {
        headers.insert("left", HeaderValue::from(u16::from(stream.is_some())));
        if let Some(stream) = stream {
            stream.hold(pass);
        }
    }
}

/// Answers only on the instance that was ready, with what it saw of the request.
struct Strict {
    content_type: &'static str,
    ready: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self {
            content_type: self.content_type,
            ready: false,
        }
    }
}

impl Service<Request<()>> for Strict {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        assert!(
            core::mem::take(&mut self.ready),
            "called without being ready"
        );
        assert!(!request.headers().contains_key("refuse"));
        let entered = request.extensions().get::<&str>();
        let mut response = Response::new(Full::new(Bytes::from_static(b"data: a\n\n")));
        let headers = response.headers_mut();
        headers.insert("content-type", HeaderValue::from_static(self.content_type));
        headers.insert("content-length", HeaderValue::from_static("9"));
        headers.insert("entered", HeaderValue::from(u16::from(entered.is_some())));
        ready(Ok(response))
    }
}

fn behind(gate: &Counting, content_type: &'static str) -> Gated<Strict, Counting> {
    let service = Strict {
        content_type,
        ready: false,
    };
    Gated::new(service, gate.clone())
}

fn request(method: &str, headers: &[(&'static str, &'static str)]) -> Request<()> {
    let mut request = Request::builder().method(method).body(()).unwrap();
    for (name, value) in headers {
        request
            .headers_mut()
            .insert(*name, HeaderValue::from_static(value));
    }
    request
}

const STREAM: &str = "text/event-stream";

#[tokio::test(start_paused = true)]
async fn a_stream_holds_its_pass_until_it_is_closed() {
    let gate = Counting::default();
    for (accept, early) in [(STREAM, "1"), ("*/*", "0")] {
        let response = behind(&gate, STREAM)
            .oneshot(request("GET", &[("accept", accept)]))
            .await
            .unwrap();
        assert_eq!(response.headers()["entered"], early);
        assert_eq!(response.headers()["left"], "1");
        assert!(!response.headers().contains_key("content-length"));
        assert_eq!(gate.held(), 1);
        let body = response.into_body().collect().await.unwrap();
        assert_eq!(body.to_bytes(), "data: a\n\n");
        assert_eq!(gate.held(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn another_response_gives_the_pass_back_and_stays_as_it_is() {
    let gate = Counting::default();
    for (method, accept, content_type) in [
        ("GET", STREAM, "text/plain"),
        ("GET", "*/*", "text/plain"),
        ("HEAD", STREAM, STREAM),
    ] {
        let response = behind(&gate, content_type)
            .oneshot(request(method, &[("accept", accept)]))
            .await
            .unwrap();
        assert_eq!(gate.held(), 0, "{method} {accept} {content_type}");
        let size = response.body().size_hint().exact();
        assert_eq!(size, (content_type != STREAM).then_some(9));
        assert_eq!(response.body().is_end_stream(), content_type == STREAM);
        let length = response.headers().get("content-length");
        assert_eq!(length.is_some(), content_type != STREAM);
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_refused_does_not_get_the_stream() {
    let gate = Counting::default();
    for accept in ["text/event-stream, */*", "*/*"] {
        let response = behind(&gate, STREAM)
            .oneshot(request("GET", &[("accept", accept), ("refuse", "1")]))
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert!(response.body().is_end_stream());
        assert_eq!(gate.held(), 0);
    }
    // Only streams that nobody asked for are judged late.
    let response = behind(&gate, "text/plain")
        .oneshot(request("GET", &[("accept", "*/*"), ("refuse", "1")]))
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn what_need_not_be_admitted_is_not_watched() {
    let gate = Counting::default();
    let response = behind(&gate, STREAM)
        .oneshot(request("GET", &[("pass", "1")]))
        .await
        .unwrap();
    assert_eq!(response.headers()["content-length"], "9");
    assert!(response.extensions().get::<StreamHandle>().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_future_gives_the_pass_back() {
    let gate = Counting::default();
    let opening = behind(&gate, STREAM).oneshot(request("GET", &[("accept", STREAM)]));
    let cut = tokio::time::timeout(Duration::from_millis(500), opening).await;
    assert!(cut.is_err());
    assert_eq!(gate.held(), 0);
}
