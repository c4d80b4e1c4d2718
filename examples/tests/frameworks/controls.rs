//! Servers that do something wrong, each rejected by the checks that are about it.

use core::{convert::Infallible, time::Duration};
use std::io;

use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderValue};
use hyper::body::Incoming;
use sse_codec::{EventStreamBody, LastEventId, event_stream_response};
use sse_tower::{EventStreamLayer, LastEventIdLayer, NegotiateLayer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tower::{service_fn, util::MapResponseLayer};

use crate::checks::{self, Fault};
use crate::client::Protocol;
use crate::deadline::in_time;
use crate::programs::connections::serve_connections;
use crate::programs::ticks::{HINT, Tick, last_seen, ticks_after};
use crate::server::{Framework, framework};

const STREAM_HEADERS: [(&str, &str); 4] = [
    ("content-type", "text/event-stream"),
    ("cache-control", "no-cache, no-transform"),
    ("x-accel-buffering", "no"),
    ("vary", "accept"),
];

/// Ticks as the programs stream them, of which those that do not `pass` are left out.
fn routes(pause: Duration, pass: fn(&Tick) -> bool) -> Router {
    let events = async move |last_event_id: Option<Extension<LastEventId>>| {
        let ticks = ticks_after(last_seen(last_event_id.as_deref()), pause);
        let ticks = ticks.filter(move |tick| core::future::ready(pass(tick)));
        event_stream_response(EventStreamBody::fallible(ticks.map(Tick::to_frame))).map(Body::new)
    };
    Router::new()
        .route("/", get(HINT))
        .route("/events", get(events))
}

/// Wears no layer.
async fn bare(listener: TcpListener, pause: Duration) -> io::Result<()> {
    axum::serve(listener, routes(pause, |_| true)).await
}

/// Loses an event.
async fn lossy(listener: TcpListener, pause: Duration) -> io::Result<()> {
    let stack = (
        NegotiateLayer::new(),
        LastEventIdLayer::new(),
        EventStreamLayer::recommended(),
    );
    let routes = routes(pause, |tick| tick.number != 5).layer(stack);
    axum::serve(listener, routes).await
}

/// Touches every response.
async fn meddling(listener: TcpListener, pause: Duration) -> io::Result<()> {
    let meddle = |mut response: Response| {
        let no = HeaderValue::from_static("no");
        response.headers_mut().insert("x-accel-buffering", no);
        response
    };
    let routes = routes(pause, |_| true).layer(MapResponseLayer::new(meddle));
    axum::serve(listener, routes).await
}

/// Sends a body in answer to HEAD, in HTTP/1.1.
async fn talkative(listener: TcpListener, _: Duration) -> io::Result<()> {
    let response = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
        cache-control: no-cache, no-transform\r\nx-accel-buffering: no\r\nvary: accept\r\n\
        connection: close\r\n\r\n:\n\n";
    loop {
        let (mut socket, _) = listener.accept().await?;
        socket.read_u8().await?;
        socket.write_all(response.as_bytes()).await?;
        // What is left unread would take back what was sent.
        tokio::spawn(async move {
            let _ = socket.shutdown().await;
            while socket.read_u8().await.is_ok() {}
        });
    }
}

/// Does not look at the method, which in HTTP/2 sends a body in answer to HEAD.
async fn unaware(listener: TcpListener, pause: Duration) -> io::Result<()> {
    let service = service_fn(move |_: http::Request<Incoming>| async move {
        let events = ticks_after(0, pause).map(Tick::to_frame);
        let mut response = event_stream_response(EventStreamBody::fallible(events));
        let headers = response.headers_mut();
        for (name, value) in STREAM_HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Ok::<_, Infallible>(response)
    });
    serve_connections(listener, service).await;
    Ok(())
}

/// `check` rejects `framework` in this protocol: what it says.
async fn rejected(
    framework: Framework,
    protocol: Protocol,
    check: impl AsyncFn(Framework, Protocol) -> Result<(), Fault>,
) -> Fault {
    let result = in_time(check(framework, protocol)).await;
    result.expect_err(framework.name)
}

/// Each of `checks` rejects `framework` in both protocols, and says something with these words.
macro_rules! each_rejects {
    ($framework:path: $($check:ident says $words:literal),+) => {
        for protocol in Protocol::BOTH {
            $(
                let said = rejected(framework!($framework), protocol, checks::$check).await;
                assert!(said.contains($words), "{}: {said}", stringify!($check));
            )+
        }
    };
}

#[tokio::test]
async fn a_server_without_the_layers_is_rejected() {
    each_rejects!(
        bare:
        headers says "cache-control",
        retry_first says "Event",
        resumption says "\"1\"",
        not_acceptable says "200",
        head says "cache-control",
        keep_alive says "Event"
    );
    // What needs no layer is as it should be.
    for protocol in Protocol::BOTH {
        let bare = framework!(bare);
        assert_eq!(checks::events(bare, protocol).await, Ok(()));
        assert_eq!(checks::other_responses(bare, protocol).await, Ok(()));
    }
}

#[tokio::test]
async fn a_lost_event_is_noticed() {
    each_rejects!(lossy: events says "\"6\"", resumption says "\"6\"");
}

#[tokio::test]
async fn what_touches_other_responses_is_noticed() {
    each_rejects!(meddling: other_responses says "x-accel-buffering");
}

#[tokio::test]
async fn a_body_behind_the_headers_of_head_is_noticed() {
    let said = rejected(framework!(talkative), Protocol::Http1, checks::head).await;
    assert!(said.contains(":\\n\\n"), "{said}");
    let said = rejected(framework!(unaware), Protocol::Http2, checks::head).await;
    assert!(said.contains("PROTOCOL_ERROR"), "{said}");
}

#[test]
fn headers_that_do_not_belong_are_noticed() {
    let judge = |more: &[(&'static str, &'static str)], protocol| {
        let mut headers = HeaderMap::new();
        for (name, value) in STREAM_HEADERS.iter().chain(more) {
            headers.append(*name, HeaderValue::from_static(value));
        }
        checks::stream_headers(protocol, &headers)
    };
    for protocol in Protocol::BOTH {
        assert_eq!(judge(&[], protocol), Ok(()));
        judge(&[("content-length", "5")], protocol).unwrap_err();
        judge(&[("cache-control", "public")], protocol).unwrap_err();
    }
    for name in ["connection", "transfer-encoding"] {
        assert_eq!(judge(&[(name, "x")], Protocol::Http1), Ok(()));
        judge(&[(name, "x")], Protocol::Http2).unwrap_err();
    }
}
