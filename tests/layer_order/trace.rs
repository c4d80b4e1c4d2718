//! With tower-http's trace layer.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body_util::BodyExt;
use sse_tower::{EventStreamLayer, Jitter, error_event::ErrorEvent, lifetime::Lifetime};
use tower_http::{
    classify::ServerErrorsFailureClass, timeout::ResponseBodyDeadlineLayer, trace::TraceLayer,
};
use tracing::Span;

use super::{AnyBody, AnyService, HOUR, Step, get, scripted, wearing};

const SHORT: &[Step] = &[(0, "data: a\n\n"), (1, "data: b\n\n")];
const ENDLESS: &[Step] = &[(0, "data: a\n\n"), (HOUR, "data: b\n\n")];

type Log = Arc<Mutex<Vec<&'static str>>>;

/// The service in a trace layer that says what it is told.
fn traced(inner: AnyService) -> (Log, AnyService) {
    let log = Log::default();
    let say = |what: &'static str| {
        let log = log.clone();
        move || log.lock().unwrap().push(what)
    };
    let (response, chunk) = (say("response"), say("chunk"));
    let (end, failure) = (say("end"), say("failure"));
    let layer = TraceLayer::new_for_http()
        .on_response(move |_: &Response<_>, _: Duration, _: &Span| response())
        .on_body_chunk(move |_: &Bytes, _: Duration, _: &Span| chunk())
        .on_eos(move |_: Option<&HeaderMap>, _: Duration, _: &Span| end())
        .on_failure(move |_: ServerErrorsFailureClass, _: Duration, _: &Span| failure());
    (log, wearing(layer, inner))
}

fn told(log: &Log) -> Vec<&'static str> {
    std::mem::take(&mut log.lock().unwrap())
}

async fn read(response: Response<AnyBody>) {
    let mut body = response.into_body();
    while let Some(Ok(_)) = body.frame().await {}
}

fn limited() -> EventStreamLayer {
    let lifetime = Lifetime::new(Duration::from_secs(10)).with_jitter(Jitter::NONE);
    EventStreamLayer::empty().with_lifetime(lifetime)
}

#[tokio::test(start_paused = true)]
async fn outside_it_sees_additions_and_every_end_that_is_none_of_the_clients() {
    let retry = EventStreamLayer::recommended();
    let (log, service) = traced(wearing(retry, scripted(0, SHORT)));
    read(get(&service).await).await;
    assert_eq!(told(&log), ["response", "chunk", "chunk", "chunk", "end"]);
    let (log, service) = traced(wearing(limited(), scripted(0, ENDLESS)));
    read(get(&service).await).await;
    assert_eq!(told(&log), ["response", "chunk", "end"]);
}

#[tokio::test(start_paused = true)]
async fn inside_it_sees_the_inner_body_and_no_end_that_comes_from_a_layer() {
    let (log, inner) = traced(scripted(0, SHORT));
    read(get(&wearing(EventStreamLayer::recommended(), inner)).await).await;
    assert_eq!(told(&log), ["response", "chunk", "chunk", "end"]);
    let (log, inner) = traced(scripted(0, ENDLESS));
    read(get(&wearing(limited(), inner)).await).await;
    assert_eq!(told(&log), ["response", "chunk"]);
}

#[tokio::test(start_paused = true)]
async fn it_tells_neither_of_a_client_that_is_gone_nor_of_a_body_that_fails() {
    let (log, service) = traced(wearing(EventStreamLayer::empty(), scripted(0, ENDLESS)));
    let _ = get(&service).await.into_body().frame().await;
    assert_eq!(told(&log), ["response", "chunk"]);

    let failing = || {
        let deadline = ResponseBodyDeadlineLayer::new(Duration::from_secs(10));
        wearing(deadline, scripted(0, ENDLESS))
    };
    let (log, service) = traced(wearing(EventStreamLayer::empty(), failing()));
    read(get(&service).await).await;
    assert_eq!(told(&log), ["response", "chunk"]);
    // What became an event is an end like any other.
    let layer = EventStreamLayer::empty().with_error_event(ErrorEvent::default());
    let (log, service) = traced(wearing(layer, failing()));
    read(get(&service).await).await;
    assert_eq!(told(&log), ["response", "chunk", "chunk", "end"]);
}
