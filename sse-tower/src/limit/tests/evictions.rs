//! A key's oldest stream makes room.

use core::time::Duration;
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use http_body_util::BodyExt;
use tokio::time::{Instant, sleep};

use super::{EVENT_SOURCE, FETCH, Server, text};
use crate::{
    limit::{Eviction, HeaderKey, LocalPermits, StreamKey, StreamLimitLayer, StreamRate},
    stream::{CloseReason, Farewell, StreamHandle, StreamObserver},
};

fn evicting(max_streams: usize, per_key: usize) -> (Arc<LocalPermits>, Server) {
    evicting_by(max_streams, per_key, Eviction::new())
}

fn evicting_by(
    max_streams: usize,
    per_key: usize,
    eviction: Eviction,
) -> (Arc<LocalPermits>, Server) {
    let permits = LocalPermits::new(max_streams)
        .with_max_streams_per_key(per_key)
        .with_eviction(eviction);
    let permits = Arc::new(permits);
    let layer = StreamLimitLayer::new(permits.clone()).with_key(HeaderKey::from_static("x-user"));
    (permits, Server::new(layer))
}

#[tokio::test(start_paused = true)]
async fn the_oldest_stream_ends_with_a_farewell_and_the_others_stay() {
    let (permits, server) = evicting(100, 3);
    let mut streams = Vec::new();
    for _ in 0..3 {
        streams.push(server.open("a").await.unwrap());
    }
    // The first goes by itself, so the second is the oldest.
    drop(streams.remove(0));
    streams.push(server.open("a").await.unwrap());
    let other = server.open("b").await.unwrap();
    let newest = server.open("a").await.unwrap();
    assert_eq!(permits.open_streams(), 4);

    let log = Arc::new(Log::default());
    let handle = streams[0].extensions().get::<StreamHandle>().unwrap();
    handle.observe(log.clone());
    let last = text(streams.remove(0)).await;
    let (retry, event) = last
        .strip_prefix("retry: ")
        .and_then(|last| last.split_once("\n\n"))
        .unwrap();
    assert!((60_000..=90_000).contains(&retry.parse().unwrap()));
    assert_eq!(event, "event: disconnected\ndata: evicted\n\n");
    assert_eq!(*log.0.lock(), [CloseReason::Limit]);
    assert_eq!((permits.open_streams(), permits.ending_streams()), (4, 0));

    for stream in streams.into_iter().chain([other, newest]) {
        let mut body = stream.into_body();
        assert!(body.frame().await.is_some());
        let more = tokio::time::timeout(Duration::from_secs(3600), body.frame());
        assert!(more.await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn its_slot_is_free_at_once_and_only_once() {
    let (permits, server) = evicting(2, 1);
    let alice = StreamKey::new("a");
    let other = server.open("b").await.unwrap();
    // Nobody polls it.
    let oldest = server.open("a").await.unwrap();
    let newest = server.open("a").await.unwrap();
    let counts = || {
        let of_alice = permits.open_streams_of(&alice);
        (permits.open_streams(), of_alice, permits.ending_streams())
    };
    assert_eq!(counts(), (2, 1, 1));
    // The total is not for evicting.
    assert_eq!(server.get("/", "c", FETCH).await.status(), 503);
    drop(oldest);
    assert_eq!(counts(), (2, 1, 0));
    assert_eq!(server.get("/", "c", FETCH).await.status(), 503);
    drop(newest);
    assert_eq!(counts(), (1, 0, 0));
    drop(other);
    assert_eq!((permits.open_streams(), permits.keys()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_not_there_yet_ends_as_soon_as_it_is() {
    let (permits, server) = evicting(100, 1);
    let slow = tokio::spawn(server.get("/slow", "a", FETCH));
    sleep(Duration::from_millis(500)).await;
    let newest = server.open("a").await.unwrap();
    let start = Instant::now();
    assert!(text(slow.await.unwrap()).await.contains("data: evicted"));
    assert_eq!(start.elapsed(), Duration::from_millis(500));
    assert_eq!((permits.open_streams(), permits.ending_streams()), (1, 0));
    drop(newest);
    assert_eq!(permits.keys(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_has_no_more_than_its_share() {
    let eviction = Eviction::new().with_max_ending_streams(3);
    let (permits, server) = evicting_by(100, 2, eviction);
    let mut unread = Vec::new();
    for _ in 0..5 {
        unread.push(server.open("a").await.unwrap());
    }
    assert_eq!(server.get("/", "a", FETCH).await.status(), 429);
    assert!(server.open("b").await.is_some());
    assert_eq!((permits.open_streams(), permits.ending_streams()), (2, 3));
    drop(unread.remove(0));
    assert!(server.open("a").await.is_some());

    // All keys together have no more ending streams than there may be open ones.
    let (permits, server) = evicting(3, 1);
    let mut unread = Vec::new();
    for user in ["a", "b", "c", "a", "b", "c"] {
        unread.push(server.open(user).await.unwrap());
    }
    assert_eq!((permits.open_streams(), permits.ending_streams()), (3, 3));
    assert_eq!(server.get("/", "a", FETCH).await.status(), 429);
}

/// How often an `EventSource` in each of two tabs connects in an hour, with one slot.
async fn storm(server: Server) -> u32 {
    let connections = Arc::new(AtomicU32::new(0));
    let tabs = [0, 1].map(|_| {
        let (server, connections) = (server.clone(), Arc::clone(&connections));
        tokio::spawn(async move {
            let mut retry = 3000;
            loop {
                connections.fetch_add(1, Ordering::Relaxed);
                let text = text(server.get("/", "a", EVENT_SOURCE).await).await;
                for line in text.lines() {
                    if let Some(time) = line.strip_prefix("retry: ") {
                        retry = time.parse().unwrap();
                    }
                }
                sleep(Duration::from_millis(retry)).await;
            }
        })
    });
    sleep(Duration::from_secs(3600)).await;
    for tab in tabs {
        tab.abort();
    }
    connections.load(Ordering::Relaxed)
}

#[tokio::test(start_paused = true)]
async fn two_tabs_that_evict_each_other_do_it_seldom() {
    let (_, server) = evicting(100, 1);
    let damped = storm(server).await;
    // One waits for 60 to 90 s, then the other one.
    assert!((40..=70).contains(&damped), "{damped}");

    // The control: without a farewell the time is the browser's own.
    let nothing = Eviction::new().with_farewell(Farewell::new());
    let (_, server) = evicting_by(100, 1, nothing.clone());
    let undamped = storm(server).await;
    assert!(undamped > 1000, "{undamped}");

    // Whoever does not heed the time is stopped by the rate.
    let (_, server) = evicting_by(100, 1, nothing);
    let rate = StreamRate::per_minute(2);
    let layer = server.layer.with_rate_per_key(rate);
    let layer = layer.with_requests(crate::StreamRequests::all());
    let slowed = storm(Server::new(layer)).await;
    assert!(slowed < 400, "{slowed}");
}

#[derive(Default)]
struct Log(parking_lot::Mutex<Vec<CloseReason>>);

impl StreamObserver for Log {
    fn closed(&self, reason: CloseReason, _: Duration) {
        self.0.lock().push(reason);
    }
}
