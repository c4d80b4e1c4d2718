//! Streams that end early: when, with which words, and for which reason.

use core::time::Duration;
use std::sync::Arc;

use http::Method;
use http_body_util::BodyExt;
use parking_lot::Mutex;
use sse_codec::{Encode, Event};
use tokio::time::Instant;

use super::{
    Happens::{Data, Error, Seconds},
    beats, body, event_stream, frames as frames_of, retries, run, seen, through,
};
use crate::{
    EventStreamLayer, Jitter,
    error_event::ErrorEvent,
    lifetime::Lifetime,
    retry::Retry,
    stream::{CloseReason, Farewell, StreamEnd, StreamHandle, StreamObserver},
};

/// Ten seconds, and a farewell.
fn limited(layer: EventStreamLayer) -> EventStreamLayer {
    let retry = Retry::new(Duration::from_millis(7)).with_jitter(Jitter::NONE);
    let farewell = Farewell::new()
        .with_retry(retry)
        .with_event(Event::builder("bye").to_frame());
    let lifetime = Lifetime::new(Duration::from_secs(10))
        .with_jitter(Jitter::NONE)
        .with_farewell(farewell)
        .with_grace(Duration::from_secs(4));
    layer.with_lifetime(lifetime)
}

const BYE: &str = "retry: 7\n\ndata: bye\n\n";

#[tokio::test(start_paused = true)]
async fn an_idle_stream_ends_in_time() {
    let script = vec![Data(b"data: a\n\n"), Seconds(60), Data(b"data: b\n\n")];
    let frames = run(limited(EventStreamLayer::empty()), script).await;
    assert_eq!(frames, seen(&[(0, "data: a\n\n"), (10, BYE)]));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_says_nothing_has_its_prefix_and_its_farewell() {
    let frames = run(limited(retries()), vec![Seconds(60)]).await;
    assert_eq!(frames, seen(&[(0, "retry: 3000\n\n"), (10, BYE)]));
    let frames = run(limited(retries()), vec![Data(b"\xEF\xBB"), Seconds(60)]).await;
    assert_eq!(frames, seen(&[(0, "retry: 3000\n\n"), (10, BYE)]));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_has_begun_is_completed_and_no_other_one() {
    let script = vec![
        Data(b"data: a\n\ndata: b"),
        Seconds(12),
        Data(b"c\n\ndata: d\n\n"),
    ];
    let frames = run(limited(EventStreamLayer::empty()), script).await;
    let expected = [(0, "data: a\n\ndata: b"), (12, "c\n\n"), (12, BYE)];
    assert_eq!(frames, seen(&expected));
}

#[tokio::test(start_paused = true)]
async fn an_event_that_hangs_is_left_after_the_grace() {
    let script = vec![Data(b"data: a\n"), Seconds(60)];
    let frames = run(limited(EventStreamLayer::empty()), script).await;
    assert_eq!(frames, seen(&[(0, "data: a\n")]));
    let script = vec![
        Seconds(9),
        Data(b"id: 1\n"),
        Seconds(3),
        Data(b"data: b\n"),
        Seconds(60),
    ];
    let response = through(limited(beats()), Method::GET, event_stream(body(script))).await;
    let start = Instant::now();
    let frames = frames_of(response.into_body()).await;
    assert_eq!(frames, seen(&[(9, "id: 1\n"), (12, "data: b\n")]));
    assert_eq!(start.elapsed().as_secs(), 14);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_never_idle_ends_too() {
    let mut script = vec![Data(b"data: a\n\n"); 50];
    script.extend(vec![Seconds(1); 10]);
    script.extend(vec![Data(b"data: b\n\n"); 50]);
    let frames = run(limited(EventStreamLayer::empty()), script).await;
    assert_eq!(frames.len(), 51);
    assert_eq!(frames.last(), Some(&(10, BYE.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn keep_alives_go_on_until_the_end() {
    let frames = run(limited(beats()), vec![Data(b"data: a\n\n"), Seconds(60)]).await;
    let at: Vec<u64> = frames.iter().map(|(second, _)| *second).collect();
    assert_eq!(at, [0, 10], "{frames:?}");
    let response = through(beats(), Method::GET, event_stream(body(vec![Seconds(60)]))).await;
    let handle = response.extensions().get::<StreamHandle>().unwrap();
    handle.end_at(
        Instant::now() + Duration::from_secs(25),
        StreamEnd::new(CloseReason::Requested),
    );
    let frames = frames_of(response.into_body()).await;
    assert_eq!(frames, seen(&[(10, ":\n\n"), (20, ":\n\n")]));
}

#[tokio::test(start_paused = true)]
async fn an_error_becomes_an_event_at_a_boundary_and_an_end_elsewhere() {
    let layer = || EventStreamLayer::empty().with_error_event(ErrorEvent::new("sorry"));
    let frames = run(layer(), vec![Data(b"data: a\n\n"), Error]).await;
    let expected = [(0, "data: a\n\n"), (0, "event: error\ndata: sorry\n\n")];
    assert_eq!(frames, seen(&expected));
    let frames = run(layer(), vec![Data(b"data: a\n"), Error]).await;
    assert_eq!(frames, seen(&[(0, "data: a\n")]));
    let frames = run(EventStreamLayer::empty(), vec![Data(b"data: a\n\n"), Error]).await;
    assert_eq!(frames, seen(&[(0, "data: a\n\n"), (0, "broken")]));
}

#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl StreamObserver for Log {
    fn opened(&self) {
        self.0.lock().push("opened".to_owned());
    }
    fn first_event(&self, after: Duration) {
        self.0.lock().push(format!("first {}", after.as_secs()));
    }
    fn sent(&self, events: usize, bytes: usize) {
        self.0.lock().push(format!("{events} in {bytes}"));
    }
    fn kept_alive(&self) {
        self.0.lock().push("alive".to_owned());
    }
    fn closed(&self, reason: CloseReason, lasted: Duration) {
        self.0.lock().push(format!("{reason} {}", lasted.as_secs()));
    }
}

#[tokio::test(start_paused = true)]
async fn observers_are_told_what_happens() {
    let script = vec![
        Seconds(2),
        Data(b"\xEF\xBB\xBFdata: a\n\nda"),
        Data(b"ta\n\n:x\n\n"),
        Seconds(11),
    ];
    let response = through(beats(), Method::GET, event_stream(body(script))).await;
    let (log, slot) = (Arc::new(Log::default()), Arc::new(()));
    let handle = response.extensions().get::<StreamHandle>().unwrap().clone();
    handle.observe(log.clone());
    handle.hold(slot.clone());
    let mut body = response.into_body();
    while body.frame().await.is_some() {}
    let told = [
        "opened",
        // The BOM goes out alone, and what was counted behind it with it.
        "first 2",
        "1 in 3",
        "0 in 11",
        "1 in 8",
        "alive",
        "0 in 3",
        "complete 13",
    ];
    assert_eq!(*log.0.lock(), told);
    assert!(handle.is_closed());
    assert_eq!(Arc::strong_count(&slot), 1);
}

/// The reason of a stream that is read up to so many frames.
async fn reason(layer: EventStreamLayer, script: Vec<super::Happens>, read: usize) -> String {
    let response = through(layer, Method::GET, event_stream(body(script))).await;
    let log = Arc::new(Log::default());
    let handle = response.extensions().get::<StreamHandle>().unwrap().clone();
    handle.observe(log.clone());
    let mut body = response.into_body();
    for _ in 0..read {
        let _ = body.frame().await;
    }
    drop(body);
    let last = log.0.lock().last().cloned();
    last.unwrap()
}

#[tokio::test(start_paused = true)]
async fn each_end_has_its_reason() {
    let a = Data(b"data: a\n\n");
    let error_event = || beats().with_error_event(ErrorEvent::default());
    for (layer, script, read, expected) in [
        (beats(), vec![a.clone(), a.clone()], 0, "client_gone 0"),
        (beats(), vec![a.clone(), a.clone()], 1, "client_gone 0"),
        (beats(), vec![a.clone()], 2, "complete 0"),
        (beats(), vec![a.clone(), Error], 2, "error 0"),
        (error_event(), vec![a.clone(), Error], 2, "error 0"),
        (limited(beats()), vec![Seconds(99)], 9, "lifetime 10"),
    ] {
        assert_eq!(reason(layer, script, read).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn worn_twice_the_inner_lifetime_counts_and_the_stream_is_watched_once() {
    let inner = limited(EventStreamLayer::empty());
    let response = through(inner, Method::GET, event_stream(body(vec![Seconds(60)]))).await;
    let handle = response.extensions().get::<StreamHandle>().unwrap().clone();
    let longer = Lifetime::new(Duration::from_secs(2)).with_jitter(Jitter::NONE);
    let outer = EventStreamLayer::empty().with_lifetime(longer);
    let response = through(outer, Method::GET, response).await;
    let frames = frames_of(response.into_body()).await;
    assert_eq!(frames, seen(&[(10, BYE)]));
    assert!(handle.is_closed());
}
