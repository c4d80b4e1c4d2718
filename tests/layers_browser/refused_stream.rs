//! What a page makes of the faces of a refusal without a token.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::middleware::map_response;
use axum::response::Response;
use serde_json::json;
use sse_tower::refusal::Face;
use sse_tower::token::Tickets;

use crate::origin::Origin;
use crate::pages::{CLOSED, Pages};
use crate::streams::Streams;
use crate::user::tokens;
use crate::way::{Way, each_way};

/// The broken variant: the refusal without its id.
async fn without_id(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    head.headers.remove("content-length");
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    let fields = text.split_inclusive('\n');
    let kept: String = fields.filter(|field| !field.starts_with("id:")).collect();
    Response::from_parts(head, Body::from(kept))
}

/// The page is told once and left alone. With a plain status it is told nothing, and without the
/// id it comes back for ever.
async fn is_told_once(test: &str, way: Way) {
    let Some(mut pages) = Pages::open_or_skip(test) else {
        return;
    };
    let (handler, streams) = Streams::new();
    let token = tokens(&Tickets::new());
    let routes = Router::new()
        .route("/events", handler.clone().layer(token.clone()))
        .route(
            "/status",
            handler.clone().layer(token.clone().with_face(Face::Status)),
        )
        .route(
            "/without-id",
            handler.layer(token).layer(map_response(without_id)),
        );
    let origin = Origin::start(routes).await;
    let Some(front) = way.lead_to_or_skip(test, &origin) else {
        return;
    };
    pages.open("page", &front.url("/"));
    for path in ["/events", "/status", "/without-id"] {
        pages.watch("page", path, &front.url(path), &json!({}));
    }
    let closed = json!({ "readyState": CLOSED });
    pages.until("page", "/events", &closed);
    pages.until("page", "/status", &closed);
    // None of them tells a reconnection time, so all would come back at the same pace.
    let arrived = origin.arrivals().at("/without-id").len();
    let arrivals = origin.arrivals().until("/without-id", arrived + 3).await;
    for arrival in arrivals {
        assert_eq!(arrival.last_event_id, None);
    }
    let seen = pages.look("page", "/without-id");
    assert!(seen.data("error").len() >= 3, "{seen:?}");
    assert!(!seen.is_closed(), "{seen:?}");

    let seen = pages.look("page", "/events");
    assert_eq!(seen.count(), 1, "{seen:?}");
    assert_eq!(seen.data("error"), ["unauthorized"]);
    assert!(seen.is_closed(), "{seen:?}");
    assert_eq!(origin.arrivals().at("/events").len(), 2);

    let seen = pages.look("page", "/status");
    assert_eq!((seen.count(), seen.opens()), (0, 0), "{seen:?}");
    assert!(seen.is_closed(), "{seen:?}");
    assert_eq!(origin.arrivals().at("/status").len(), 1);
    assert!(streams.is_empty());
}

each_way!(
    a_page_without_a_token_is_told_once_and_stops,
    super::is_told_once
);
