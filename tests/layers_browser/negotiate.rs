//! Who accepts event streams: a browser's address bar does, a client of an API does not.

use axum::Router;
use axum::routing::MethodRouter;
use serde_json::json;
use sse_tower::{LastEventIdLayer, NegotiateLayer};

use crate::origin::Origin;
use crate::pages::Pages;
use crate::streams::{Streams, recommended};
use crate::way::{Way, each_way};

async fn is_judged(test: &str, way: Way) {
    let Some(mut pages) = Pages::open_or_skip(test) else {
        return;
    };
    let (handler, mut streams) = Streams::new();
    let handler: MethodRouter = handler.layer((LastEventIdLayer::new(), recommended()));
    let late = NegotiateLayer::new();
    let routes = Router::new()
        .route("/late", handler.clone().layer(late))
        .route("/early", handler.clone().layer(late.before_the_call()))
        .route("/without", handler);
    let origin = Origin::start(routes).await;
    let Some(front) = way.lead_to_or_skip(test, &origin) else {
        return;
    };
    pages.open("page", &front.url("/"));
    // Those that end come back.
    let mut open = Vec::new();
    for path in ["/late", "/early"] {
        let url = front.url(path);
        pages.watch("page", path, &url, &json!({}));
        let stream = streams.next().await;
        stream.send(1..=1).await;
        pages.until("page", path, &json!({ "events": 1 }));
        open.push(stream);

        pages.open(path, &front.url("/"));
        let person = tokio::spawn(async move {
            let stream = streams.next().await;
            stream.send_without_id("read by a person").await;
            (stream, streams)
        });
        let status = pages.navigate(path, &url, "read by a person");
        assert_eq!(status, 200, "{path}");
        let (stream, opened) = person.await.unwrap();
        streams = opened;
        open.push(stream);
        let accept = origin.arrivals().at(path).pop().unwrap().accept.unwrap();
        assert!(accept.starts_with("text/html,"), "{accept}");
        assert!(accept.contains("*/*;q=0.8"), "{accept}");
        assert!(!accept.contains("event-stream"), "{accept}");

        let (status, _) = pages.fetch("page", &url, "application/json");
        assert_eq!(status, 406, "{path}");
        if path == "/late" {
            // It was judged when the response was there, and that is dropped.
            streams.next().await.closed().await;
        }
        assert!(streams.is_empty(), "{path}");
        let accept = origin.arrivals().at(path).pop().unwrap().accept;
        assert_eq!(accept.as_deref(), Some("application/json"));
    }

    // The control: a stream that the client can do nothing with.
    let url = front.url("/without");
    let (status, kind) = pages.fetch("page", &url, "application/json");
    let stream = streams.next().await;
    assert_eq!((status, kind.as_deref()), (200, Some("text/event-stream")));
    stream.closed().await;
}

each_way!(
    a_navigation_is_accepted_by_its_range_and_a_client_for_json_is_not,
    super::is_judged
);
