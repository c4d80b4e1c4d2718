//! Each event gets through before the next one is sent.

use core::net::SocketAddr;
use core::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Empty;
use sse_tower::{EventStreamLayer, KeepAlive};
use tokio::sync::mpsc;

use crate::client::{EventReader, event_source, probe};
use crate::operations::replaced;
use crate::proxy::{Proxy, through_each_proxy};
use crate::upstream::Upstream;

const EVENTS: u64 = 20;

/// Sends so many events through the proxy at `address`, each only after the one before was read
/// there, and then ends the stream.
pub(crate) async fn in_lock_step(
    upstream: &mut Upstream,
    address: SocketAddr,
    request: Request<Empty<Bytes>>,
) -> EventReader {
    // The response has begun before there is any event.
    let mut reader = EventReader::open(address, request).await;
    let stream = upstream.next_stream().await;
    for number in 1..=EVENTS {
        stream.send(number).await;
        let read = reader.next_event().await.expect("the event");
        assert_eq!(read.data(), number.to_string());
    }
    drop(stream);
    assert_eq!(reader.next_item().await.unwrap(), None, "a clean end");
    reader
}

/// With the configuration of the page.
async fn passes(test: &str, proxy: Proxy) {
    let mut upstream = Upstream::start(EventStreamLayer::recommended()).await;
    let server = proxy.start_or_skip(test, upstream.address(), |printed| printed);
    let Some(server) = server else { return };
    in_lock_step(&mut upstream, server.address(), event_source()).await;
}

through_each_proxy!(each_event_is_read_before_the_next_is_sent, super::passes);

/// A client that goes is noticed, because something is sent to it now and then.
async fn notices(test: &str, proxy: Proxy) {
    let keep_alive = KeepAlive::new(Duration::from_millis(200));
    let layer = EventStreamLayer::recommended().with_keep_alive(keep_alive);
    let mut upstream = Upstream::start(layer).await;
    let server = proxy.start_or_skip(test, upstream.address(), |printed| printed);
    let Some(server) = server else { return };
    let reader = EventReader::open(server.address(), event_source()).await;
    let stream = upstream.next_stream().await;
    drop(reader);
    stream.closed().await;
}

through_each_proxy!(the_server_learns_that_the_client_has_gone, super::notices);

/// What a client read of a stream, in the order of what happened.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    /// Of event 1, sent alone, after 100 other requests were answered by the same nginx.
    before_the_end: Vec<String>,
    /// Of all three, when the server had ended the stream.
    in_all: Vec<String>,
}

/// What nginx does by itself, which includes HTTP/1.0 to the application.
fn by_default(printed: String) -> String {
    let line = "proxy_http_version 1.1;";
    replaced(&printed, line, "")
}

/// Sends event 1 through nginx, and nothing else for as long as it needs to answer 100 other
/// requests.
///
/// No time is measured. The answers come from the same single worker, one after the other, and
/// the event lies in its socket before the first of them is asked for: had it been passed on, it
/// would have been so before the last of them.
async fn seen_behind_nginx(test: &str, layer: EventStreamLayer) -> Option<Seen> {
    let mut upstream = Upstream::start(layer).await;
    let server = Proxy::Nginx.start_or_skip(test, upstream.address(), by_default)?;
    let address = server.address();
    let (sender, mut read) = mpsc::unbounded_channel();
    let client = tokio::spawn(async move {
        let mut reader = EventReader::open(address, event_source()).await;
        while let Some(event) = reader.next_event().await {
            sender.send(event.data().to_owned()).unwrap();
        }
    });
    let stream = upstream.next_stream().await;
    stream.send(1).await;
    probe(address, 100).await;
    let mut before_the_end = Vec::new();
    while let Ok(data) = read.try_recv() {
        before_the_end.push(data);
    }
    stream.send(2).await;
    stream.send(3).await;
    drop(stream);
    client.await.unwrap();
    let mut in_all = before_the_end.clone();
    while let Ok(data) = read.try_recv() {
        in_all.push(data);
    }
    Some(Seen {
        before_the_end,
        in_all,
    })
}

#[tokio::test]
async fn without_the_header_nginx_holds_the_first_event_until_the_stream_ends() {
    let test = "without_the_header_nginx_holds_the_first_event_until_the_stream_ends";
    let all = || ["1", "2", "3"].map(str::to_owned).to_vec();

    let without = EventStreamLayer::recommended().without_anti_buffering();
    let Some(seen) = seen_behind_nginx(test, without).await else {
        return;
    };
    let held = Seen {
        before_the_end: Vec::new(),
        in_all: all(),
    };
    assert_eq!(seen, held);

    // The same look sees the event where the header is.
    let seen = seen_behind_nginx(test, EventStreamLayer::recommended()).await;
    let passed = Seen {
        before_the_end: vec!["1".to_owned()],
        in_all: all(),
    };
    assert_eq!(seen, Some(passed));
}

#[tokio::test]
async fn with_the_header_nginx_passes_each_event_on_by_default_too() {
    let test = "with_the_header_nginx_passes_each_event_on_by_default_too";
    let mut upstream = Upstream::start(EventStreamLayer::recommended()).await;
    let server = Proxy::Nginx.start_or_skip(test, upstream.address(), by_default);
    let Some(server) = server else { return };
    in_lock_step(&mut upstream, server.address(), event_source()).await;
}
