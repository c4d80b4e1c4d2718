//! The slots of `sse-session` as permits of `sse-tower`: two nodes over one store, and their users.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

#[path = "../stream_slots.rs"]
mod stream_slots;

use core::time::Duration;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response, request::Parts};
use http_body_util::BodyExt as _;
use sse_session::{
    hub::{Hub, Identity},
    memory::MemoryStore,
    service::SessionService,
    session::{Sessions, StreamSlots, WhenFull},
};
use sse_tower::StreamRequests;
use sse_tower::limit::{LocalPermits, StreamKey, StreamLimitLayer, StreamPermits};
use stream_slots::{SlotPermits, key};
use tower::{Layer as _, ServiceExt as _};

fn user(head: &Parts) -> Option<Identity> {
    Some(Identity::new(head.headers.get("x-user")?.to_str().ok()?))
}

/// What a node's users have two streams of each, at most.
struct Node {
    service: SessionService,
    layer: StreamLimitLayer,
}

impl Node {
    fn new(
        store: &Arc<MemoryStore>,
        permits: impl FnOnce(&Sessions) -> Arc<dyn StreamPermits>,
    ) -> Self {
        let hub = Hub::builder(Arc::clone(store)).build().unwrap();
        let sessions = Sessions::builder(&hub).build().unwrap();
        let service = SessionService::new(&sessions, "/session").with_identity(user);
        let of = service.clone();
        let layer = StreamLimitLayer::new(permits(&sessions))
            .with_requests(StreamRequests::matching(SessionService::is_stream_request))
            .with_key(move |head: &Parts| Some(key(&of, &user(head)?, head)));
        Self { service, layer }
    }

    fn with_slots(store: &Arc<MemoryStore>, when_full: WhenFull) -> Self {
        Self::new(store, |sessions| {
            Arc::new(SlotPermits(StreamSlots::new(sessions, 2, when_full)))
        })
    }

    /// The answer to a `GET`, of a client that understands a status.
    async fn get(&self, path: &str, user: &str) -> Response<Body> {
        let request = Request::get(path).header("x-user", user);
        let request = request.body(Body::empty()).unwrap();
        let answer = self
            .layer
            .layer(self.service.clone())
            .oneshot(request)
            .await;
        answer.unwrap().map(Body::new)
    }

    /// A stream, and its session's path.
    async fn stream(&self, path: &str, user: &str) -> (Body, String) {
        let answer = self.get(path, user).await;
        assert_eq!(answer.status(), 200);
        let mut body = answer.into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        let (_, data) = core::str::from_utf8(&first)
            .unwrap()
            .split_once("data: ")
            .unwrap();
        let told: serde_json::Value = serde_json::from_str(data).unwrap();
        (body, told["stream"].as_str().unwrap().to_owned())
    }

    /// Waits until there is a stream again; it is refused until then.
    async fn stream_when_free(&self, path: &str, user: &str) -> (Body, String) {
        for _ in 0..600 {
            if self.get(path, user).await.status() == 200 {
                return self.stream(path, user).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no slot is free");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_has_so_many_streams_on_all_nodes_together() {
    let store = Arc::default();
    let [a, b] = [(); 2].map(|()| Node::with_slots(&store, WhenFull::Refuse));
    let (phone, path) = a.stream("/session", "alice").await;
    let (_laptop, _) = b.stream("/session", "alice").await;
    for node in [&a, &b] {
        assert_eq!(node.get("/session", "alice").await.status(), 429);
    }
    // Another user, nobody known, and what is no stream.
    let (_bob, _) = a.stream("/session", "bob").await;
    let nobody = Request::get("/session").body(Body::empty()).unwrap();
    let answer = a
        .layer
        .layer(a.service.clone())
        .oneshot(nobody)
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let head = Request::head("/session")
        .header("x-user", "alice")
        .body(Body::empty());
    let answer = a
        .layer
        .layer(a.service.clone())
        .oneshot(head.unwrap())
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    // A stream that is gone is no more, and comes back where there is room.
    drop(phone);
    let (_phone, again) = b.stream_when_free(&path, "alice").await;
    assert_eq!(again, path);
    assert_eq!(a.get("/session", "alice").await.status(), 429);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_comes_back_is_not_refused_because_of_its_own_ghost() {
    let store = Arc::default();
    let [a, b] = [(); 2].map(|()| Node::with_slots(&store, WhenFull::Refuse));
    let (_laptop, _) = b.stream("/session", "alice").await;
    let (first, path) = b.stream("/session", "alice").await;
    drop(first);
    let (_ghost, _) = a.stream_when_free(&path, "alice").await;
    // Its node is gone, and does not free the slot.
    let (_again, session) = b.stream(&path, "alice").await;
    assert_eq!(session, path);
    assert_eq!(a.get("/session", "alice").await.status(), 429);
}

#[tokio::test(start_paused = true)]
async fn the_oldest_stream_ends_if_that_is_wanted() {
    let store = Arc::default();
    let [a, b] = [(); 2].map(|()| Node::with_slots(&store, WhenFull::EvictOldest));
    let (mut oldest, _) = a.stream("/session", "alice").await;
    let (mut second, _) = b.stream("/session", "alice").await;
    let (_third, _) = b.stream("/session", "alice").await;
    // It ends: what is left of it is no endless stream.
    while let Some(frame) = oldest.frame().await {
        frame.unwrap();
    }
    let frame = second.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(frame.starts_with(b"id: "));
    let next = tokio::time::timeout(Duration::from_secs(60), second.frame());
    assert!(next.await.is_err(), "the second one has ended too");
}

/// The control: permits of one node do not know of the other one.
#[tokio::test(start_paused = true)]
async fn with_permits_of_each_node_a_user_has_twice_as_many() {
    let store = Arc::default();
    let by_user = |head: &Parts| Some(StreamKey::new(user(head)?.key()));
    let [a, b] = [(); 2].map(|()| {
        let mut node = Node::new(&store, |_| {
            Arc::new(LocalPermits::new(100).with_max_streams_per_key(2))
        });
        node.layer = node.layer.with_key(by_user);
        node
    });
    let mut open = Vec::new();
    for node in [&a, &a, &b, &b] {
        open.push(node.stream("/session", "alice").await);
    }
    assert_eq!(a.get("/session", "alice").await.status(), 429);
}
