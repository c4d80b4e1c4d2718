//! A ticket that somebody else has seen.

use axum::Router;
use serde_json::json;
use sse_tower::LastEventIdLayer;
use sse_tower::token::Tickets;

use crate::origin::Origin;
use crate::pages::{CLOSED, Pages};
use crate::streams::{Streams, empty, recommended};
use crate::user::{tokens, with_ticket};
use crate::way::{Way, each_way};

/// The second page is told so and does not come back; the first is not disturbed.
async fn is_refused(test: &str, way: Way) {
    let Some(mut pages) = Pages::open_or_skip(test) else {
        return;
    };
    let (handler, mut streams) = Streams::new();
    let tickets = Tickets::new();
    let layers = (tokens(&tickets), LastEventIdLayer::new(), recommended());
    let routes = Router::new()
        .route("/events", handler.layer(layers))
        .route("/clock", empty());
    let origin = Origin::start(routes).await;
    let Some(front) = way.lead_to_or_skip(test, &origin) else {
        return;
    };
    let url = with_ticket(&front.url("/events"), &tickets).await;

    pages.open("first", &front.url("/"));
    pages.watch("first", "ticket", &url, &json!({}));
    let stream = streams.next().await;
    stream.send(1..=2).await;
    pages.until("first", "ticket", &json!({ "events": 2 }));

    pages.open("second", &front.url("/"));
    pages.watch("second", "ticket", &url, &json!({}));
    let closed = json!({ "readyState": CLOSED });
    let seen = pages.until("second", "ticket", &closed);
    assert_eq!(seen.count(), 1, "{seen:?}");
    assert_eq!(seen.data("error"), ["unauthorized"]);
    // Its request, and its return with the id of the refusal.
    let arrivals = origin.arrivals().at("/events");
    assert_eq!(arrivals.len(), 3, "{arrivals:#?}");
    assert_eq!(arrivals[1].last_event_id, None);
    let reserved = "sse-tower/token-refused";
    assert_eq!(arrivals[2].last_event_id.as_deref(), Some(reserved));

    // An `EventSource` that does come back does so ten times, and that one does not.
    pages.watch("second", "clock", &front.url("/clock"), &json!({}));
    origin.arrivals().until("/clock", 11).await;
    assert_eq!(origin.arrivals().at("/events").len(), 3);
    assert!(streams.is_empty());

    // The first page is where it was, and may still return.
    stream.cut().await;
    let stream = streams.next().await;
    assert_eq!(stream.last_event_id.as_deref(), Some("2"));
    stream.send(3..=3).await;
    let seen = pages.until("first", "ticket", &json!({ "events": 3 }));
    assert_eq!(seen.ids(), ["1", "2", "3"]);
}

each_way!(
    a_second_page_with_the_same_ticket_is_told_and_stops,
    super::is_refused
);
