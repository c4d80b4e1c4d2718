//! Permits of a store that two servers share.

use core::time::Duration;
use std::sync::Arc;

use http::StatusCode;
use http_body_util::BodyExt;
use tokio::time::{sleep, timeout};

use super::{
    EVENT_SOURCE, FETCH, Server,
    remote_permits::{LATENCY, RemotePermits, Store},
    seconds, text,
};
use crate::{
    limit::{HeaderKey, StoreFailure, StreamLimitLayer},
    refusal::Refusal,
};

fn server(store: &Arc<Store>) -> Server {
    let layer = StreamLimitLayer::new(RemotePermits::new(store));
    Server::new(layer.with_key(HeaderKey::from_static("x-user")))
}

/// Long enough for all that the store has to be told.
async fn settle() {
    sleep(LATENCY * 10).await;
}

#[tokio::test(start_paused = true)]
async fn two_servers_share_a_limit() {
    let store = Store::new(2, false);
    let (one, other) = (server(&store), server(&store));
    let stream = one.open("a").await.unwrap();
    let _second = other.open("a").await.unwrap();
    assert_eq!(other.get("/", "a", FETCH).await.status(), 429);
    drop(stream);
    settle().await;
    assert!(other.open("a").await.is_some());
}

#[tokio::test(start_paused = true)]
async fn what_is_no_stream_gives_its_permit_back() {
    let store = Store::new(1, false);
    let server = server(&store);
    assert_eq!(server.get("/page", "a", FETCH).await.status(), 200);
    assert_eq!(store.taken(), 1);
    settle().await;
    assert_eq!(store.taken(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_cut_while_the_store_is_asked_leaves_no_slot() {
    let store = Store::new(1, false);
    let server = server(&store);
    for (after, taken) in [(LATENCY / 4, 0), (LATENCY * 3 / 4, 1)] {
        let cut = timeout(after, server.get("/", "a", FETCH)).await;
        assert!(cut.is_err());
        assert_eq!(store.taken(), taken);
        settle().await;
        assert_eq!(store.taken(), 0);
    }
    assert!(server.open("a").await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_permit_is_revoked_from_another_server() {
    let store = Store::new(1, true);
    let (one, other) = (server(&store), server(&store));
    let oldest = one.open("a").await.unwrap();
    let newest = other.open("a").await.unwrap();
    let last = timeout(LATENCY * 10, text(oldest)).await.unwrap();
    assert!(last.ends_with("event: disconnected\ndata: evicted\n\n"));
    settle().await;
    assert_eq!(store.taken(), 1);
    drop(newest);
    settle().await;
    assert_eq!(store.taken(), 0);
}

#[tokio::test(start_paused = true)]
async fn while_the_store_is_away_new_streams_are_refused_and_open_ones_go_on() {
    let store = Store::new(5, false);
    let server = server(&store);
    let mut open = server.open("a").await.unwrap().into_body();
    store.set_away(true);
    let refused = server.get("/", "a", FETCH).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!((5..=8).contains(&seconds(refused.headers())));
    let refused = text(server.get("/", "a", EVENT_SOURCE).await).await;
    assert!(refused.starts_with("retry: "), "{refused}");
    assert!(open.frame().await.is_some());
    assert!(
        timeout(Duration::from_secs(60), open.frame())
            .await
            .is_err()
    );
    store.set_away(false);
    assert!(server.open("a").await.is_some());
}

#[tokio::test(start_paused = true)]
async fn while_the_store_is_away_new_streams_can_be_let_in() {
    let store = Store::new(1, false);
    let server = server(&store);
    let lenient = Server::new(server.layer.clone().with_store_failure(StoreFailure::Admit));
    let strict = Refusal::new(StatusCode::BAD_GATEWAY);
    let strict = server
        .layer
        .with_store_failure(StoreFailure::Refuse(strict));
    store.set_away(true);
    let streams = [lenient.open("a").await, lenient.open("a").await];
    assert!(streams.iter().all(Option::is_some));
    let refused = Server::new(strict).get("/", "a", FETCH).await;
    assert_eq!(refused.status(), StatusCode::BAD_GATEWAY);
    // Back again it limits those that come from now on.
    store.set_away(false);
    let _counted = lenient.open("a").await.unwrap();
    assert!(lenient.open("a").await.is_none());
}
