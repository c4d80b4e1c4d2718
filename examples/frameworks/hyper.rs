//! Bare hyper, HTTP/1.1 and HTTP/2 on one port.
//!
//! `cargo run --example hyper`

mod command_line;
mod connections;
mod ticks;

use core::{convert::Infallible, time::Duration};
use std::io;
use std::process::ExitCode;

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use hyper::body::Incoming;
use sse_codec::item::JsonError;
use sse_codec::{EventStreamBody, LastEventId, event_stream_response};
use sse_tower::{EventStreamLayer, LastEventIdLayer, NegotiateLayer};
use tokio::net::TcpListener;
use tower::{Layer as _, service_fn};

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
    let service = service_fn(move |request| answer(request, pause));
    serve_connections(listener, stack.layer(service)).await;
    Ok(())
}

type Body = UnsyncBoxBody<Bytes, JsonError>;

async fn answer(request: Request<Incoming>, pause: Duration) -> Result<Response<Body>, Infallible> {
    let text = |text: &'static str| {
        Full::from(text)
            .map_err(|never| match never {})
            .boxed_unsync()
    };
    Ok(match request.uri().path() {
        "/events" => {
            let seen = last_seen(request.extensions().get::<LastEventId>());
            let events = ticks_after(seen, pause).map(Tick::to_frame);
            event_stream_response(EventStreamBody::fallible(events).boxed_unsync())
        }
        "/" => Response::new(text(HINT)),
        _ => {
            let mut response = Response::new(text(""));
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    })
}
