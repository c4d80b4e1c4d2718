//! warp, HTTP/1.1 and HTTP/2 on one port.
//!
//! `cargo run --example warp`
//!
//! warp's own ways of wrapping (`Filter::with`, `warp::wrap_fn`) make filters of filters, and its
//! own server takes only a filter: neither takes a Tower layer. So the filter becomes a service,
//! the service wears the layers, and hyper-util serves it.

mod command_line;
mod connections;
mod ticks;

use core::time::Duration;
use std::io;
use std::process::ExitCode;

use futures_util::{StreamExt as _, TryStreamExt as _};
use http::header;
use sse_codec::{EncodedFrame, LastEventId};
use sse_tower::{EventStreamLayer, LastEventIdLayer, NegotiateLayer};
use tokio::net::TcpListener;
use tower::Layer as _;
use warp::{Filter, Reply, reply};

use connections::serve_connections;
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
    let service = warp::service(routes(pause));
    serve_connections(listener, stack.layer(service)).await;
    Ok(())
}

fn routes(pause: Duration) -> impl Filter<Extract = impl Reply, Error = warp::Rejection> + Clone {
    let hint = warp::path::end().map(|| HINT);
    let events = warp::path!("events")
        .and(warp::get().or(warp::head()).unify())
        .and(warp::ext::optional::<LastEventId>())
        .map(move |last_event_id: Option<_>| {
            let seen = last_seen(last_event_id.as_ref());
            let events = ticks_after(seen, pause).map(Tick::to_frame);
            let body = reply::stream(events.map_ok(EncodedFrame::into_bytes));
            reply::with_header(body, header::CONTENT_TYPE, "text/event-stream")
        });
    hint.or(events)
}
