//! The server: the page, and the stream that each connection gets.

use core::{convert::Infallible, iter::once, time::Duration};
use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use axum::{Extension, Router};
use futures_util::{StreamExt as _, stream};
use sse_codec::{LastEventId, event_stream_response};
use sse_tower::observe::{Observers, StreamStatistics};
use sse_tower::{
    Drain, EventStreamLayer, LastEventIdLayer, NegotiateLayer, refusal::Refusal, retry::Retry,
};
use tokio::net::TcpListener;

use crate::page;
use crate::sampler::Feed;

/// Serves until `drain` has begun and every stream has ended.
///
/// # Errors
///
/// Fails if the listener does.
pub(crate) async fn serve(
    listener: TcpListener,
    feed: Feed,
    statistics: Arc<StreamStatistics>,
    drain: &Drain,
) -> io::Result<()> {
    let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE).with_retry(reconnection_time());
    let event_streams = EventStreamLayer::recommended()
        .with_retry(reconnection_time())
        .with_observers(Observers::new().with_observer(statistics));
    // What production needs. The first of them is the outermost; whom negotiation turns away is
    // not counted as a stream.
    let stack = (
        drain.layer().with_refusal(refusal),
        event_streams,
        NegotiateLayer::new(),
        LastEventIdLayer::new(),
    );
    let routes = Router::new()
        .merge(page::routes())
        .route("/events", get(events).layer(stack))
        .with_state(feed);
    // Events are small and should not wait for company on their way.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    // New streams are refused by the drain, in a way that lets an EventSource return, and not by a
    // listener that is gone: a proxy would answer for it with a status.
    axum::serve(listener, routes)
        .with_graceful_shutdown(drain.ended())
        .await
}

/// Short, so that a restart is hardly noticed: from 1 to 1.5 seconds.
pub(crate) fn reconnection_time() -> Retry {
    Retry::new(Duration::from_secs(1))
}

/// `GET /events`: `connected`, the samples that the client has not seen, and each new one as it comes.
async fn events(
    State(feed): State<Feed>,
    last_event_id: Option<Extension<LastEventId>>,
) -> Response {
    let last_event_id = last_event_id.map(|Extension(id)| id);
    let body = match feed.history.after(last_event_id).await {
        Ok(samples) => {
            let samples = samples.map(|batch| batch.into_bytes());
            let bytes = stream::iter(once(feed.connected.into_bytes())).chain(samples);
            Body::from_stream(bytes.map(Ok::<_, Infallible>))
        }
        // The disk does not answer, for one. A stream that ends is tried again.
        Err(_) => Body::empty(),
    };
    event_stream_response(body)
}
