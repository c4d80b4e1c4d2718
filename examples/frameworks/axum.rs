//! axum, HTTP/1.1 and HTTP/2 on one port.
//!
//! `cargo run --example axum`

mod command_line;
mod ticks;

use core::time::Duration;
use std::io;
use std::process::ExitCode;

use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use axum::{Extension, Router};
use futures_util::StreamExt as _;
use sse_codec::{EventStreamBody, LastEventId, event_stream_response};
use sse_tower::{EventStreamLayer, LastEventIdLayer, NegotiateLayer};
use tokio::net::TcpListener;

use ticks::{HINT, PAUSE, Tick, last_seen, ticks_after};

#[tokio::main]
async fn main() -> ExitCode {
    command_line::run(|listener| serve(listener, PAUSE)).await
}

/// Serves until the program ends.
pub(crate) async fn serve(listener: TcpListener, pause: Duration) -> io::Result<()> {
    // The first of them is the outermost.
    let stack = (
        NegotiateLayer::new(),
        LastEventIdLayer::new(),
        EventStreamLayer::recommended(),
    );
    let routes = Router::new()
        .route("/", get(HINT))
        .route(
            "/events",
            get(move |last_event_id| events(last_event_id, pause)),
        )
        .layer(stack);
    // Events are small and should not wait for company on their way.
    let listener = listener.tap_io(|socket| {
        let _ = socket.set_nodelay(true);
    });
    axum::serve(listener, routes).await
}

async fn events(last_event_id: Option<Extension<LastEventId>>, pause: Duration) -> Response {
    let seen = last_seen(last_event_id.as_deref());
    let events = ticks_after(seen, pause).map(Tick::to_frame);
    event_stream_response(EventStreamBody::fallible(events)).map(Body::new)
}
