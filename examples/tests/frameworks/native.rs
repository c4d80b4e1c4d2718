//! Handlers that answer with what axum and warp have of their own for event streams, in the same
//! layers.

use core::time::Duration;
use std::io;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::StreamExt as _;
use sse_codec::LastEventId;
use sse_tower::{EventStreamLayer, LastEventIdLayer, NegotiateLayer};
use tokio::net::TcpListener;
use tower::Layer as _;
use warp::{Filter, Rejection, Reply, sse};

use crate::programs::connections::serve_connections;
use crate::programs::ticks::{HINT, Tick, last_seen, ticks_after};

/// The other way round than the programs have them, which makes no difference.
fn stack() -> (EventStreamLayer, LastEventIdLayer, NegotiateLayer) {
    (
        EventStreamLayer::recommended(),
        LastEventIdLayer::new(),
        NegotiateLayer::new(),
    )
}

/// axum's `Sse` with its own keep-alive.
pub(crate) async fn axum_sse(listener: TcpListener, pause: Duration) -> io::Result<()> {
    let events = move |last_event_id: Option<Extension<LastEventId>>| async move {
        let ticks = ticks_after(last_seen(last_event_id.as_deref()), pause);
        let event = |tick: Tick| {
            let event = Event::default().event("tick").id(tick.number.to_string());
            serde_json::to_string(&tick).map(|json| event.data(json))
        };
        Sse::new(ticks.map(event)).keep_alive(KeepAlive::default())
    };
    let routes = Router::new()
        .route("/", get(HINT))
        .route("/events", get(events))
        .layer(stack());
    axum::serve(listener, routes).await
}

/// warp's `sse::reply` with its own keep-alive.
pub(crate) async fn warp_sse(listener: TcpListener, pause: Duration) -> io::Result<()> {
    let service = warp::service(warp_routes(pause));
    serve_connections(listener, stack().layer(service)).await;
    Ok(())
}

fn warp_routes(pause: Duration) -> impl Filter<Extract = impl Reply, Error = Rejection> + Clone {
    let hint = warp::path::end().map(|| HINT);
    let events = warp::path!("events")
        .and(warp::get().or(warp::head()).unify())
        .and(warp::ext::optional::<LastEventId>())
        .map(move |last_event_id: Option<_>| {
            let ticks = ticks_after(last_seen(last_event_id.as_ref()), pause);
            let event = |tick: Tick| {
                let event = sse::Event::default().event("tick");
                event.id(tick.number.to_string()).json_data(tick)
            };
            sse::reply(sse::keep_alive().stream(ticks.map(event)))
        });
    hint.or(events)
}
