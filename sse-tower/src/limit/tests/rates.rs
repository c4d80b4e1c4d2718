//! How many new ones in a time.

use core::time::Duration;
use std::sync::Arc;

use tokio::time::sleep;

use super::{EVENT_SOURCE, FETCH, Server, seconds, text};
use crate::limit::{HeaderKey, LocalPermits, StreamLimitLayer, StreamRate};

fn server(configure: impl FnOnce(StreamLimitLayer) -> StreamLimitLayer) -> Server {
    let layer = StreamLimitLayer::new(Arc::new(LocalPermits::new(1000)));
    Server::new(configure(layer.with_key(HeaderKey::from_static("x-user"))))
}

#[tokio::test(start_paused = true)]
async fn in_total_there_is_room_again_after_the_time_that_is_told() {
    let server = server(|layer| layer.with_rate(StreamRate::per_minute(3)));
    for user in ["a", "b", "c"] {
        assert!(server.open(user).await.is_some());
    }
    let refused = server.get("/", "d", FETCH).await;
    assert_eq!(refused.status(), 429);
    let wait = seconds(refused.headers());
    assert!((20..=30).contains(&wait), "{wait}");
    sleep(Duration::from_secs(19)).await;
    assert!(server.open("d").await.is_none());
    sleep(Duration::from_secs(1)).await;
    assert!(server.open("d").await.is_some());
    assert!(server.open("d").await.is_none());
}

#[tokio::test(start_paused = true)]
async fn each_key_has_its_own() {
    let rate = StreamRate::per_minute(6).with_burst(1);
    let server = server(|layer| layer.with_rate_per_key(rate));
    assert!(server.open("a").await.is_some());
    assert!(server.open("b").await.is_some());
    let refused = text(server.get("/", "a", EVENT_SOURCE).await).await;
    let retry = refused.strip_prefix("retry: ").unwrap().trim_end();
    assert!((10_000..=15_000).contains(&retry.parse().unwrap()));
    // Without a key there is none.
    for _ in 0..5 {
        assert!(server.open("").await.is_some());
    }
    sleep(Duration::from_secs(10)).await;
    assert!(server.open("a").await.is_some());
}

#[tokio::test(start_paused = true)]
async fn what_one_key_does_in_vain_takes_nothing_from_the_others() {
    let server = server(|layer| {
        let layer = layer.with_rate(StreamRate::per_minute(2));
        layer.with_rate_per_key(StreamRate::per_minute(1))
    });
    assert!(server.open("a").await.is_some());
    for _ in 0..10 {
        assert!(server.open("a").await.is_none());
    }
    assert!(server.open("b").await.is_some());
    assert!(server.open("c").await.is_none());
}

#[tokio::test(start_paused = true)]
async fn only_streams_count_and_nobody_is_told_less_than_a_second() {
    let server = server(|layer| layer.with_rate(StreamRate::per_second(100).with_burst(1)));
    for _ in 0..5 {
        assert_eq!(server.get("/page", "a", "*/*").await.status(), 200);
    }
    assert!(server.open("a").await.is_some());
    let refused = text(server.get("/", "a", EVENT_SOURCE).await).await;
    let retry = refused.strip_prefix("retry: ").unwrap().trim_end();
    assert!((1000..=1500).contains(&retry.parse().unwrap()), "{retry}");
}
