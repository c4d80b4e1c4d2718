//! A limit that evicts: two pages of one user and one slot.

use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};
use sse_codec::{Encode as _, Event, EventType};
use sse_tower::LastEventIdLayer;
use sse_tower::limit::{Eviction, ExtensionKey, LocalPermits, StreamLimitLayer};
use sse_tower::stream::Farewell;
use sse_tower::token::Tickets;

use crate::origin::Origin;
use crate::pages::Pages;
use crate::streams::{OpenStream, Streams, empty, recommended};
use crate::user::{User, tokens};
use crate::way::{Front, Way, each_way};

/// The older and the newer page of alice, both open.
struct Scene {
    pages: Pages,
    origin: Origin,
    front: Front,
    streams: Streams,
    /// That of the newer page.
    stream: OpenStream,
}

impl Scene {
    async fn open_or_skip(
        test: &str,
        way: Way,
        eviction: Eviction,
        options: &Value,
    ) -> Option<Self> {
        let mut pages = Pages::open_or_skip(test)?;
        let (handler, mut streams) = Streams::new();
        let permits = LocalPermits::new(10).with_max_streams_per_key(1);
        let permits = Arc::new(permits.with_eviction(eviction));
        let limit = StreamLimitLayer::new(permits.clone()).with_key(ExtensionKey::<User>::new());
        let layers = (
            tokens(&Tickets::new()),
            limit,
            LastEventIdLayer::new(),
            recommended(),
        );
        let routes = Router::new()
            .route("/events", handler.layer(layers))
            .route("/clock", empty());
        let origin = Origin::start(routes).await;
        let front = way.lead_to_or_skip(test, &origin)?;
        for page in ["older", "newer"] {
            pages.open_beside(page, "alice", &front.url("/login/alice"));
        }
        pages.watch("older", "events", &front.url("/events"), options);
        let older = streams.next().await;
        older.send(1..=1).await;
        pages.until("older", "events", &json!({ "events": 1 }));
        pages.watch("newer", "events", &front.url("/events"), options);
        let stream = streams.next().await;
        older.closed().await;
        Some(Self {
            pages,
            origin,
            front,
            streams,
            stream,
        })
    }
}

/// The newer page wins, the older one is told, and that was it.
async fn newer_wins(test: &str, way: Way) {
    for options in [json!({}), json!({ "closeOn": "evicted" })] {
        let eviction = Eviction::new();
        let scene = Scene::open_or_skip(test, way, eviction, &options).await;
        let Some(mut scene) = scene else { return };
        let told = json!({ "type": "disconnected" });
        let seen = scene.pages.until("older", "events", &told);
        assert_eq!(seen.data("disconnected"), ["evicted"]);
        assert_eq!(seen.ids(), ["1"]);
        let closes = options != json!({});
        assert_eq!(seen.is_closed(), closes, "{seen:?}");

        // An `EventSource` with the reconnection time that both streams began with comes ten times.
        let clock = scene.front.url("/clock");
        scene.pages.watch("older", "clock", &clock, &json!({}));
        scene.origin.arrivals().until("/clock", 11).await;
        assert_eq!(scene.origin.arrivals().at("/events").len(), 2);
        assert!(scene.streams.is_empty());
        scene.stream.send(1..=2).await;
        let seen = scene
            .pages
            .until("newer", "events", &json!({ "events": 2 }));
        assert_eq!(seen.ids(), ["1", "2"]);
        assert_eq!(seen.count(), 2, "{seen:?}");
    }
}

each_way!(
    the_newer_page_wins_and_neither_evicts_again,
    super::newer_wins
);

/// The control: a farewell that does not tell them to wait.
async fn storms(test: &str, way: Way) {
    let event = Event::builder("evicted").event_type(EventType::from_static("disconnected"));
    let farewell = Farewell::new().with_event(event.to_frame());
    let eviction = Eviction::new().with_farewell(farewell);
    let scene = Scene::open_or_skip(test, way, eviction, &json!({})).await;
    let Some(mut scene) = scene else { return };
    scene.origin.arrivals().until("/events", 12).await;
    for page in ["older", "newer"] {
        let seen = scene.pages.until(page, "events", &json!({ "events": 4 }));
        assert!(seen.data("disconnected").len() >= 3, "{seen:?}");
    }
}

each_way!(without_a_time_to_wait_they_evict_each_other, super::storms);
