//! A limit that refuses: an `EventSource` over it comes back until there is room.

use core::time::Duration;
use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;
use http::StatusCode;
use serde_json::json;
use sse_tower::limit::{LocalPermits, StreamLimitLayer};
use sse_tower::refusal::{Face, Refusal};
use sse_tower::retry::Retry;
use sse_tower::{Jitter, LastEventIdLayer};

use crate::origin::Origin;
use crate::pages::{CLOSED, Pages};
use crate::streams::{Streams, recommended};
use crate::way::{Way, each_way};

fn refusal() -> Refusal {
    let retry = Retry::new(Duration::from_millis(300)).with_jitter(Jitter::NONE);
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE).with_retry(retry)
}

/// One slot for both routes. On `/status` all are told by a status that there is none.
async fn gets_in(test: &str, way: Way) {
    let Some(mut pages) = Pages::open_or_skip(test) else {
        return;
    };
    let (handler, mut streams) = Streams::new();
    let handler: MethodRouter = handler.layer((LastEventIdLayer::new(), recommended()));
    let permits = Arc::new(LocalPermits::new(1));
    let limit = StreamLimitLayer::new(permits.clone());
    let by_stream = limit.clone().with_total_refusal(refusal());
    let by_status = limit.with_total_refusal(refusal().with_face(Face::Status));
    let routes = Router::new()
        .route("/events", handler.clone().layer(by_stream))
        .route("/status", handler.layer(by_status));
    let origin = Origin::start(routes).await;
    let Some(front) = way.lead_to_or_skip(test, &origin) else {
        return;
    };
    for page in ["first", "second", "third"] {
        pages.open(page, &front.url("/"));
    }
    // Also the control's route lets in who comes in time.
    pages.watch("first", "status", &front.url("/status"), &json!({}));
    let stream = streams.next().await;
    assert_eq!(permits.open_streams(), 1);

    pages.watch("second", "events", &front.url("/events"), &json!({}));
    pages.watch("third", "status", &front.url("/status"), &json!({}));
    let closed = json!({ "readyState": CLOSED });
    pages.until("third", "status", &closed);
    origin.arrivals().until("/events", 4).await;
    assert!(streams.is_empty());
    let seen = pages.look("second", "events");
    assert!(seen.opens() >= 3 && seen.count() == 0, "{seen:?}");
    assert!(!seen.is_closed());

    pages.close("first");
    stream.closed().await;
    let stream = streams.next().await;
    assert_eq!(permits.open_streams(), 1);
    stream.send(1..=1).await;
    let seen = pages.until("second", "events", &json!({ "events": 1 }));
    assert_eq!(seen.ids(), ["1"]);

    // There is room once more, and who was told by a status does not come for it.
    pages.close("second");
    stream.closed().await;
    let seen = pages.look("third", "status");
    assert_eq!((seen.count(), seen.opens()), (0, 0), "{seen:?}");
    assert!(seen.is_closed());
    assert_eq!(origin.arrivals().at("/status").len(), 2);
    pages.watch("third", "events", &front.url("/events"), &json!({}));
    streams.next().await.send(1..=1).await;
    pages.until("third", "events", &json!({ "events": 1 }));
    assert!(streams.is_empty());
}

each_way!(
    a_refused_page_comes_back_by_itself_and_gets_in,
    super::gets_in
);
