//! What observers are told, on random bodies and in random sequences: as many events as the decoder
//! finds, and of each stream that it is opened and closed. Broken observers and broken counts are
//! the controls: the same checks reject them.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod broken;
mod events;
mod reasons;
mod streams;

use core::{convert::Infallible, time::Duration};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Method, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestError, TestRng, TestRunner},
};
use sse_tests::oracle::BodyStep;
use sse_tower::{
    EventStreamLayer, ObserveLayer,
    observe::{Observers, StreamStatistics},
};
use tower::{Layer, ServiceExt, service_fn};

type Check = Result<(), TestCaseError>;

type AnyBody = UnsyncBoxBody<Bytes, &'static str>;

/// Who observes: a layer, and how many streams it says were opened, closed and are live.
struct Observed {
    layer: ObserveLayer,
    counts: Box<dyn Fn() -> (u64, u64, u64)>,
}

fn statistics() -> (Arc<StreamStatistics>, Observed) {
    let statistics = Arc::new(StreamStatistics::new());
    let seen = statistics.clone();
    let observed = Observed {
        layer: ObserveLayer::new(Observers::new().with_observer(statistics.clone())),
        counts: Box::new(move || {
            let seen = seen.snapshot();
            (seen.opened(), seen.closed_in_total(), seen.live())
        }),
    };
    (statistics, observed)
}

/// A response with such a body, through the layers.
async fn respond(
    steps: Vec<BodyStep>,
    fails: bool,
    method: Method,
    observe: &ObserveLayer,
    outside: bool,
) -> Response<AnyBody> {
    let service = service_fn(move |_: Request<()>| {
        let frames = stream::iter(steps.clone()).filter_map(async |step| {
            tokio::time::sleep(Duration::from_secs(step.seconds())).await;
            match step {
                BodyStep::Wait(_) => None,
                BodyStep::Frame(data) => Some(Ok(Frame::data(Bytes::from(data)))),
            }
        });
        let failure = stream::iter(fails.then_some(Err("broken")));
        let response = Response::builder()
            .header("content-type", "text/event-stream")
            .body(StreamBody::new(frames.chain(failure)));
        core::future::ready(Ok::<_, Infallible>(response.unwrap()))
    });
    let recommended = EventStreamLayer::recommended();
    let request = Request::builder().method(method).body(()).unwrap();
    let Ok(response) = if outside {
        let service = observe.layer(recommended.layer(service));
        let response = service.oneshot(request).await;
        response.map(|response| response.map(BodyExt::boxed_unsync))
    } else {
        let service = recommended.layer(observe.layer(service));
        let response = service.oneshot(request).await;
        response.map(|response| response.map(BodyExt::boxed_unsync))
    };
    response
}

fn paused<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(test)
}

fn step() -> impl Strategy<Value = BodyStep> {
    let piece = select(vec![
        &b"data: a\n\n"[..],
        b"data: a\n",
        b"data",
        b"da",
        b"ta:",
        b": x",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"id: 7\n",
        b"event: x\r\n",
        b"retry: 5\n",
        b": comment\n\n",
        b"\xEF\xBB\xBF",
        b"\xEF\xBB",
        b"\xBF",
        b"\xFF",
    ]);
    prop_oneof![
        4 => vec(piece, 0..4).prop_map(|pieces| BodyStep::Frame(pieces.concat())),
        1 => (0_u8..40).prop_map(BodyStep::Wait),
    ]
}

fn bytes(steps: &[BodyStep]) -> Vec<u8> {
    let frames = steps.iter().filter_map(|step| match step {
        BodyStep::Frame(data) => Some(&data[..]),
        BodyStep::Wait(_) => None,
    });
    frames.collect::<Vec<_>>().concat()
}

/// Runs a check on the same random inputs each time; whether it finds something.
fn is_rejected<S: Strategy>(strategy: S, check: impl Fn(S::Value) -> Check) -> bool {
    let config = Config {
        cases: 500,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, rng);
    matches!(runner.run(&strategy, check), Err(TestError::Fail(..)))
}
