//! How many at once.

use core::time::Duration;
use std::sync::Arc;

use http::{Method, StatusCode};
use http_body_util::BodyExt;
use tower::{Layer, ServiceExt, service_fn};

use super::{EVENT_SOURCE, FETCH, Server, answer, seconds, text};
use crate::{
    limit::{HeaderKey, LocalPermits, StreamKey, StreamLimitLayer},
    refusal::{Face, Refusal},
    stream::{CloseReason, StreamEnd, StreamHandle},
};

fn limited(permits: LocalPermits) -> (Arc<LocalPermits>, Server) {
    let permits = Arc::new(permits);
    let layer = StreamLimitLayer::new(permits.clone()).with_key(HeaderKey::from_static("x-user"));
    (permits, Server::new(layer))
}

#[tokio::test(start_paused = true)]
async fn in_total_so_many_at_once() {
    let (permits, server) = limited(LocalPermits::new(2));
    let (first, _second) = (server.open("a").await, server.open("b").await);
    assert_eq!(permits.open_streams(), 2);
    let refused = server.get("/", "c", FETCH).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!((10..=15).contains(&seconds(refused.headers())));
    assert_eq!(permits.open_streams(), 2);
    drop(first);
    assert_eq!(permits.open_streams(), 1);
    assert!(server.open("c").await.is_some());
}

#[tokio::test(start_paused = true)]
async fn so_many_of_each_key() {
    let (permits, server) = limited(LocalPermits::new(100).with_max_streams_per_key(2));
    let streams = [server.open("a").await, server.open("a").await];
    let refused = server.get("/", "a", FETCH).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!((30..=45).contains(&seconds(refused.headers())));
    assert!(server.open("b").await.is_some());
    // Without a key only the total counts.
    let mut anonymous = Vec::new();
    for _ in 0..5 {
        anonymous.push(server.get("/", "", FETCH).await);
    }
    assert_eq!(permits.open_streams_of(&StreamKey::new("a")), 2);
    assert_eq!((permits.open_streams(), permits.keys()), (7, 1));
    drop((streams, anonymous));
    assert_eq!((permits.open_streams(), permits.keys()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn the_slot_is_free_when_the_stream_is_closed_in_any_way() {
    let (permits, server) = limited(LocalPermits::new(1));
    // Its body has ended, and is still there.
    let mut body = server.get("/short", "a", FETCH).await.into_body();
    assert_eq!(permits.open_streams(), 1);
    while body.frame().await.is_some() {}
    assert_eq!(permits.open_streams(), 0);
    // It was ended by its handle.
    let stream = server.open("a").await.unwrap();
    let handle = stream.extensions().get::<StreamHandle>().unwrap().clone();
    handle.end(StreamEnd::new(CloseReason::Requested));
    assert_eq!(permits.open_streams(), 1);
    text(stream).await;
    assert_eq!(permits.open_streams(), 0);
    // It was given up, and nobody polls its body.
    let stream = server.open("a").await.unwrap();
    let handle = stream.extensions().get::<StreamHandle>().unwrap();
    handle.close(CloseReason::Stalled);
    assert_eq!(permits.open_streams(), 0);
    drop(stream);
    assert_eq!(permits.open_streams(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_stream_takes_no_slot() {
    let (permits, server) = limited(LocalPermits::new(1));
    for accept in [FETCH, "*/*"] {
        let page = server.get("/page", "a", accept).await;
        assert_eq!((page.status().as_u16(), permits.open_streams()), (200, 0));
        let headers = [("accept", accept), ("x-user", "a")];
        let head = server.request(Method::HEAD, "/", &headers).await;
        assert_eq!((head.status().as_u16(), permits.open_streams()), (200, 0));
    }
    // Also not when there is none.
    let _stream = server.open("a").await;
    let head = server.request(Method::HEAD, "/", &[("accept", FETCH)]);
    assert_eq!(head.await.status(), 200);
    assert_eq!(server.get("/page", "a", "*/*").await.status(), 200);
    assert_eq!(server.get("/page", "a", FETCH).await.status(), 503);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_asked_for_takes_its_slot_late() {
    let (permits, server) = limited(LocalPermits::new(1));
    let stream = server.get("/", "a", "*/*").await;
    assert_eq!(permits.open_streams_of(&StreamKey::new("a")), 1);
    assert_eq!(server.get("/", "a", "*/*").await.status(), 503);
    drop(stream);
    assert_eq!(permits.open_streams(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_cut_gives_its_slot_back() {
    let (permits, server) = limited(LocalPermits::new(1));
    let answer = server.get("/slow", "a", FETCH);
    let cut = tokio::time::timeout(Duration::from_millis(500), async {
        let other = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert_eq!(permits.open_streams(), 1);
            core::future::pending::<()>().await;
        };
        tokio::join!(answer, other)
    });
    assert!(cut.await.is_err());
    assert_eq!((permits.open_streams(), permits.keys()), (0, 0));
    // Never polled, it takes none.
    drop(server.get("/slow", "a", FETCH));
    assert!(server.open("a").await.is_some());
}

#[tokio::test(start_paused = true)]
async fn worn_twice_it_acts_once() {
    for accept in [FETCH, "*/*"] {
        let permits = Arc::new(LocalPermits::new(10));
        let layer = StreamLimitLayer::new(permits.clone());
        let other = Arc::new(LocalPermits::new(10));
        let service = layer.layer(service_fn(answer));
        let service = StreamLimitLayer::new(other.clone()).layer(service);
        let service = StreamLimitLayer::new(permits.clone()).layer(service);
        let request = http::Request::get("/").header("accept", accept);
        let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
        assert_eq!((permits.open_streams(), other.open_streams()), (1, 1));
        drop(response);
        assert_eq!((permits.open_streams(), other.open_streams()), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_source_is_told_when_to_return() {
    let (_, server) = limited(LocalPermits::new(1).with_max_streams_per_key(1));
    let _stream = server.open("a").await;
    for (user, milliseconds) in [("a", 30_000..=45_000), ("b", 10_000..=15_000)] {
        let refused = server.get("/", user, EVENT_SOURCE).await;
        assert_eq!(refused.status(), 200);
        let text = text(refused).await;
        let retry = text.strip_prefix("retry: ").unwrap().trim_end();
        assert!(milliseconds.contains(&retry.parse().unwrap()), "{retry}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_answered_can_be_set() {
    let (_, server) = limited(LocalPermits::new(1).with_max_streams_per_key(1));
    let refusal = |status| Refusal::new(status).with_face(Face::Status);
    let server = Server::new(
        server
            .layer
            .with_total_refusal(refusal(StatusCode::BAD_GATEWAY))
            .with_key_refusal(refusal(StatusCode::CONFLICT)),
    );
    let _stream = server.open("a").await;
    for (user, status) in [("a", StatusCode::CONFLICT), ("b", StatusCode::BAD_GATEWAY)] {
        let refused = server.get("/", user, EVENT_SOURCE).await;
        assert_eq!(refused.status(), status);
        assert!(!refused.headers().contains_key("retry-after"));
    }
}

#[tokio::test(start_paused = true)]
async fn keys_are_not_shown() {
    let (permits, server) = limited(LocalPermits::new(5).with_max_streams_per_key(1));
    let _stream = server.open("secret-user").await;
    let shown = format!("{permits:?} {:?}", server.layer);
    assert!(shown.contains("open_streams: 1"), "{shown}");
    assert!(!shown.contains("secret-user"), "{shown}");
}
