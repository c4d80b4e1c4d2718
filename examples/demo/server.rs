//! The server: the page, and the stream that each connection gets.

use core::{iter::once, time::Duration};
use std::io;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use futures_util::{Stream, StreamExt as _, stream};
use sse_codec::{EncodedFrame, EventStreamBody, event_stream_response};
use sse_tower::{EventStreamLayer, NegotiateLayer, retry::Retry};
use tokio::net::TcpListener;
use tokio_stream::wrappers::WatchStream;

use crate::page;
use crate::sampler::Feed;
use crate::shutdown::Ending;

/// Serves until `ending` has begun and every stream has ended.
///
/// # Errors
///
/// Fails if the listener does.
pub(crate) async fn serve(listener: TcpListener, feed: Feed, ending: Ending) -> io::Result<()> {
    let routes = Router::new()
        .merge(page::routes())
        .route(
            "/events",
            // The first of them is the outermost.
            get(events).layer((NegotiateLayer::new(), event_stream_layer())),
        )
        .with_state((feed, ending.clone()));
    // Events are small and should not wait for company on their way.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    axum::serve(listener, routes)
        .with_graceful_shutdown(ending.begun())
        .await
}

/// What production needs of an event stream: keep-alive, the headers against buffering, and a
/// reconnection time that is short, so that a restart is hardly noticed. From 1 to 1.5 seconds.
fn event_stream_layer() -> EventStreamLayer {
    EventStreamLayer::recommended().with_retry(Retry::new(Duration::from_secs(1)))
}

/// `GET /events`
async fn events(State((feed, ending)): State<(Feed, Ending)>) -> Response {
    event_stream_response(EventStreamBody::new(frames(feed, ending))).map(Body::new)
}

/// One connection's stream: `connected`, the newest sample at once and each new one as it comes,
/// heartbeats, and at the end `disconnected`.
fn frames(feed: Feed, ending: Ending) -> impl Stream<Item = EncodedFrame> {
    let samples = WatchStream::new(feed.stats);
    let heartbeats = WatchStream::from_changes(feed.heartbeats);
    stream::iter(once(feed.connected))
        .chain(stream::select(samples, heartbeats).take_until(ending.begun()))
        .chain(stream::iter(once(feed.disconnected)))
}
