//! What is observed, and by whom.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use parking_lot::Mutex;
use tower::{ServiceExt, service_fn};

use super::{Step, answer, boxed, get, read, scripted, wearing};
use crate::{
    EventStreamLayer, Jitter, KeepAlive, ObserveLayer,
    observe::{Observers, StreamObserver, StreamStatistics},
};

const IDLE: &[Step] = &[
    (0, Ok("data: a\n\n: no event\n\nda")),
    (0, Ok("ta: b\n\n")),
    (44, Ok("data: c\n\n")),
];
const INNER_BYTES: u64 = 9 + 12 + 9 + 9;

fn statistics() -> (Arc<StreamStatistics>, ObserveLayer) {
    let statistics = Arc::new(StreamStatistics::new());
    let layer = ObserveLayer::new(Observers::new().with_observer(statistics.clone()));
    (statistics, layer)
}

#[tokio::test(start_paused = true)]
async fn from_outside_keep_alives_and_all_bytes_are_seen_and_from_inside_the_same_events() {
    let keep_alive = KeepAlive::default().with_jitter(Jitter::NONE);
    let keeper = EventStreamLayer::empty().with_keep_alive(keep_alive);
    let (outer, outside) = statistics();
    let service = wearing(outside, wearing(keeper.clone(), scripted(IDLE)));
    let body = get(&service).await.into_body().collect().await.unwrap();
    let all_bytes = body.to_bytes().len() as u64;
    let seen = outer.snapshot();
    // After 15 and 30 seconds; at 44 there is data.
    assert_eq!((seen.events(), seen.keep_alives()), (3, 2));
    assert_eq!(
        (seen.bytes(), all_bytes),
        (INNER_BYTES + 6, INNER_BYTES + 6)
    );

    let (inner, inside) = statistics();
    let service = wearing(keeper, wearing(inside, scripted(IDLE)));
    read(get(&service).await).await;
    let seen = inner.snapshot();
    assert_eq!((seen.events(), seen.keep_alives()), (3, 0));
    assert_eq!(seen.bytes(), INNER_BYTES);
}

#[tokio::test(start_paused = true)]
async fn a_head_request_opens_no_stream_and_neither_does_a_page() {
    let (seen, layer) = statistics();
    let watched = || wearing(EventStreamLayer::recommended(), scripted(IDLE));
    // As frameworks do for handlers of `GET`.
    let as_get = watched().map_request(|mut request: Request<()>| {
        *request.method_mut() = Method::GET;
        request
    });
    for inner in [scripted(IDLE), watched(), boxed(as_get)] {
        let service = wearing(layer.clone(), inner);
        read(answer(&service, Method::HEAD, "/").await).await;
    }
    let page =
        service_fn(async |_| Ok(Response::new(Full::from("page").map_err(|no| match no {}))));
    read(get(&wearing(layer, boxed(page))).await).await;
    assert_eq!(seen.snapshot(), StreamStatistics::new().snapshot());
}

#[tokio::test(start_paused = true)]
async fn a_layer_worn_twice_tells_once_and_two_layers_tell_each() {
    let (first, layer) = statistics();
    let (second, other) = statistics();
    let both = Observers::new().with_observer(first.clone());
    let both = ObserveLayer::new(both.with_observer(second.clone()));
    let service = wearing(layer.clone(), scripted(IDLE));
    let service = wearing(both, wearing(other, wearing(layer, service)));
    read(get(&service).await).await;
    for seen in [first.snapshot(), second.snapshot()] {
        assert_eq!((seen.opened(), seen.closed_in_total()), (1, 1));
        assert_eq!(seen.events(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_of_each_stream_may_know_the_path_and_no_query() {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let made = Arc::new(AtomicUsize::new(0));
    let (seen, _) = statistics();
    let layer = {
        let (requests, made, seen) = (requests.clone(), made.clone(), seen.clone());
        ObserveLayer::new(Observers::new().with_observer_of_each(move |request| {
            requests.lock().push(format!("{request:?}"));
            made.fetch_add(1, Ordering::Relaxed);
            let wanted = request.path() != "/quiet" && request.method() == Method::GET;
            wanted.then(|| seen.clone() as Arc<dyn StreamObserver>)
        }))
    };
    let service = wearing(layer, scripted(IDLE));
    for uri in ["/quiet", "/prices?token=secret", "/prices"] {
        read(answer(&service, Method::GET, uri).await).await;
    }
    assert_eq!(seen.snapshot().opened(), 2);
    assert_eq!(made.load(Ordering::Relaxed), 3);
    assert!(requests.lock()[1].contains("/prices"));
    assert!(!requests.lock().concat().contains("secret"));
}
