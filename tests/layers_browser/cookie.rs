//! A page whose browser has a session.

use axum::Router;
use serde_json::json;
use sse_tower::token::{Tickets, TokenSource};
use sse_tower::{EventSourceCorsLayer, LastEventIdLayer};

use crate::origin::Origin;
use crate::pages::{CLOSED, Pages};
use crate::streams::{Streams, recommended};
use crate::user::{User, tokens};
use crate::way::{Front, Way, each_way};

/// The cookie opens streams of its own origin and of another one, and nothing else does.
async fn opens(test: &str, way: Way) {
    let Some(mut pages) = Pages::open_or_skip(test) else {
        return;
    };
    let other_origin = Origin::start(Router::new()).await;
    let other = Front::direct(&other_origin);
    let (handler, mut streams) = Streams::new();
    let cors = EventSourceCorsLayer::origins([other.url("")]).unwrap();
    let layers = (
        cors.with_credentials().unwrap(),
        tokens(&Tickets::new()),
        LastEventIdLayer::new(),
        recommended(),
    );
    let origin = Origin::start(Router::new().route("/events", handler.layer(layers))).await;
    let Some(front) = way.lead_to_or_skip(test, &origin) else {
        return;
    };
    let url = front.url("/events");
    pages.open("alice", &front.url("/login/alice"));
    pages.open("bob", &other.url("/login/bob"));
    for (page, options) in [
        ("alice", json!({})),
        ("bob", json!({ "withCredentials": true })),
    ] {
        pages.watch(page, "events", &url, &options);
        let stream = streams.next().await;
        assert_eq!(stream.user, Some(User(page.to_owned())));
        assert_eq!(stream.source, Some(TokenSource::Cookie));
        stream.send(1..=3).await;
        let seen = pages.until(page, "events", &json!({ "events": 3 }));
        assert_eq!(seen.ids(), ["1", "2", "3"]);
        stream.cut().await;
        let stream = streams.next().await;
        assert_eq!(stream.last_event_id.as_deref(), Some("3"));
        pages.close(page);
        stream.closed().await;
    }

    // The control: no cookie, one that nobody knows, and one that is not sent along.
    pages.open("nobody", &front.url("/"));
    pages.open("mallory", &front.url("/login/mallory"));
    pages.open_beside("bob again", "bob", &other.url("/"));
    for page in ["nobody", "mallory", "bob again"] {
        pages.watch(page, "events", &url, &json!({}));
        let seen = pages.until(page, "events", &json!({ "readyState": CLOSED }));
        assert_eq!(seen.data("error"), ["unauthorized"], "{page}");
        assert_eq!(seen.count(), 1, "{page}");
    }
    assert!(streams.is_empty());
}

each_way!(a_valid_cookie_opens_a_stream, super::opens);
