//! The recommended stack, as one.

use core::{convert::Infallible, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Method, Request, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt, Empty, StreamBody};
use sse_codec::LastEventId;
use sse_tower::{
    Drain, EventSourceCorsLayer, EventStreamServiceBuilderExt,
    limit::{LocalPermits, StreamLimitLayer},
    observe::StreamStatistics,
    stall::StallReaper,
    stream::CloseReason,
    token::{Authorized, Credential, TokenLayer, TokenRejected},
};
use tokio::time::sleep;
use tower::{ServiceBuilder, ServiceExt, service_fn};
use tower_http::{compression::CompressionLayer, timeout::TimeoutLayer, trace::TraceLayer};

use super::{AnyBody, AnyRequest, AnyService, boxed, event_streams, observing, wearing};

/// Counts from where the client was, for a minute; on another path a page.
async fn handle(request: AnyRequest) -> Result<Response<AnyBody>, Infallible> {
    if request.uri().path() == "/page" {
        return Ok(Response::new(
            "page".repeat(50).map_err(|no| match no {}).boxed_unsync(),
        ));
    }
    let seen = request.extensions().get::<LastEventId>();
    let first: u32 = seen.map_or(0, |id| id.parse().unwrap_or_default()) + 1;
    let frames = stream::iter([first, first + 1]).then(async |number| {
        sleep(Duration::from_secs(20)).await;
        let event = format!("id: {number}\ndata: event number {number} of this stream\n\n");
        Ok(Frame::data(Bytes::from(event)))
    });
    let response = Response::builder().header(header::CONTENT_TYPE, "text/event-stream");
    Ok(response
        .body(StreamBody::new(frames).boxed_unsync())
        .unwrap())
}

/// The order of the manual. Where a layer of tower-http makes a body of its own, it is boxed.
fn stack(drain: &Drain) -> (Arc<StreamStatistics>, AnyService) {
    let (statistics, observe) = observing();
    let token = TokenLayer::new(|credential: Credential| async move {
        let valid = credential.as_str() == TOKEN;
        let authorized = Authorized::new("ada");
        valid.then_some(authorized).ok_or(TokenRejected::Invalid)
    });
    let limit = StreamLimitLayer::new(Arc::new(LocalPermits::new(2)));
    let inner = ServiceBuilder::new()
        .limit_streams(limit)
        .layer(CompressionLayer::new())
        .reap_stalled_streams(&StallReaper::default())
        .observe_streams(observe)
        .layer(event_streams())
        .negotiate_event_streams()
        .last_event_id()
        .service(service_fn(handle));
    let timeout = Duration::from_secs(10);
    let timeout = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout);
    let inner = wearing(TraceLayer::new_for_http(), wearing(timeout, boxed(inner)));
    let inner = ServiceBuilder::new()
        .drain_streams(drain)
        .require_token(token)
        .service(inner);
    let cors = EventSourceCorsLayer::origins(["https://app.example"]).unwrap();
    (statistics, wearing(cors, boxed(inner)))
}

async fn ask(service: &AnyService, path: &str, accept: &str) -> Response<AnyBody> {
    ask_with(service, Method::GET, path, accept, TOKEN).await
}

async fn ask_with(
    service: &AnyService,
    method: Method,
    path: &str,
    accept: &str,
    token: &str,
) -> Response<AnyBody> {
    let mut request = Request::builder();
    if method == Method::OPTIONS {
        request = request.header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET");
    }
    let request = request
        .method(method)
        .uri(path)
        .header(header::ORIGIN, "https://app.example")
        .header(header::ACCEPT, accept)
        .header(header::ACCEPT_ENCODING, "gzip")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("last-event-id", "41");
    let Ok(response) = service
        .clone()
        .oneshot(request.body(Empty::new()).unwrap())
        .await;
    let allowed = &response.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN];
    assert_eq!(allowed, "https://app.example");
    response
}

async fn text(response: Response<AnyBody>) -> String {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.into()).unwrap()
}

const EVENT_STREAM: &str = "text/event-stream";
/// Accepts a stream and shows statuses, as a client made of `fetch` does.
const FETCH: &str = "text/event-stream, */*";
const TOKEN: &str = "valid";

#[tokio::test(start_paused = true)]
async fn a_stream_has_what_each_of_them_gives() {
    let (statistics, service) = stack(&Drain::new());
    let response = ask(&service, "/", EVENT_STREAM).await;
    assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    assert_eq!(statistics.snapshot().live(), 1);
    let event = |number| format!("id: {number}\ndata: event number {number} of this stream\n\n");
    let expected = format!("retry: 3000\n\n:\n\n{}:\n\n{}", event(42), event(43));
    assert_eq!(text(response).await, expected);
    let seen = statistics.snapshot();
    assert_eq!((seen.events(), seen.keep_alives()), (2, 2));
    assert_eq!(seen.bytes(), expected.len() as u64);
    assert_eq!(seen.closed(CloseReason::Complete), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_stream_passes_and_a_406_can_be_read_by_the_page() {
    let (statistics, service) = stack(&Drain::new());
    let response = ask(&service, "/page", "text/html").await;
    assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
    assert_eq!(ask(&service, "/", "text/html").await.status(), 406);
    assert_eq!(statistics.snapshot(), StreamStatistics::new().snapshot());
}

#[tokio::test(start_paused = true)]
async fn a_drain_ends_streams_and_refuses_new_ones_readably() {
    let drain = Drain::new().with_window(Duration::from_secs(5));
    let (statistics, service) = stack(&drain);
    let open = ask(&service, "/", EVENT_STREAM).await;
    drain.begin();
    assert!(
        text(open)
            .await
            .ends_with("event: disconnected\ndata: draining\n\n")
    );
    assert_eq!(drain.finished().await, Ok(()));
    let refused = ask(&service, "/", EVENT_STREAM).await;
    assert!(text(refused).await.starts_with("retry: "));
    // Nor is a token looked at: a ticket is not spent on it.
    let refused = ask_with(&service, Method::GET, "/", FETCH, "other").await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let seen = statistics.snapshot();
    assert_eq!((seen.opened(), seen.closed(CloseReason::Drained)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_readable_and_no_stream_and_a_preflight_needs_no_token() {
    let (statistics, service) = stack(&Drain::new());
    let refused = ask_with(&service, Method::GET, "/", FETCH, "other").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let preflight = ask_with(&service, Method::OPTIONS, "/", "*/*", "other").await;
    assert_eq!(preflight.status(), StatusCode::OK);
    assert_eq!(statistics.snapshot(), StreamStatistics::new().snapshot());

    let open = [
        ask(&service, "/", FETCH).await,
        ask(&service, "/", FETCH).await,
    ];
    let refused = ask(&service, "/", FETCH).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        text(ask(&service, "/", EVENT_STREAM).await)
            .await
            .starts_with("retry: ")
    );
    assert_eq!(statistics.snapshot().opened(), 2);
    drop(open);
    assert_eq!(ask(&service, "/", FETCH).await.status(), StatusCode::OK);
    assert_eq!(statistics.snapshot().live(), 0);
}
