//! A client that does not read.

use core::cell::Cell;
use core::net::SocketAddr;

use sse_tower::EventStreamLayer;

use crate::client::{EventReader, event_source, probe};
use crate::proxy::Proxy;
use crate::upstream::{OpenStream, Upstream};

const EVENT_BYTES: usize = 64 * 1024;

/// In all 64 MiB: more than sockets hold, less than nginx puts into a file.
const EVENTS: usize = 1024;

/// A stream through nginx whose client reads nothing but the head of the response.
async fn unread(
    test: &str,
    layer: EventStreamLayer,
) -> Option<(OpenStream, SocketAddr, impl Sized)> {
    let mut upstream = Upstream::start(layer).await;
    let server = Proxy::Nginx.start_or_skip(test, upstream.address(), |printed| printed)?;
    let reader = EventReader::open(server.address(), event_source()).await;
    let stream = upstream.next_stream().await;
    Some((stream, server.address(), (reader, server, upstream)))
}

/// How many of the events are taken from the server: all of them, or as many as until none is
/// taken while nginx answers 100 other requests.
async fn taken(stream: &OpenStream, address: SocketAddr) -> usize {
    let sent = Cell::new(0);
    let send = async {
        while sent.get() < EVENTS {
            stream.send_bytes(EVENT_BYTES).await;
            sent.set(sent.get() + 1);
        }
    };
    let look = async {
        let mut before = usize::MAX;
        while sent.get() != before {
            before = sent.get();
            probe(address, 100).await;
        }
    };
    tokio::select! {
        () = send => {}
        () = look => {}
    }
    sent.get()
}

#[tokio::test]
async fn behind_nginx_the_server_waits_for_a_client_that_does_not_read() {
    let test = "behind_nginx_the_server_waits_for_a_client_that_does_not_read";
    let layer = EventStreamLayer::recommended();
    let Some((stream, address, _open)) = unread(test, layer.clone()).await else {
        return;
    };
    let taken_with_header = taken(&stream, address).await;
    assert!(taken_with_header < EVENTS, "64 MiB went where nobody reads");

    // Without the header nginx takes it all.
    let unread = unread(test, layer.without_anti_buffering()).await;
    let (stream, address, _open) = unread.unwrap();
    assert_eq!(taken(&stream, address).await, EVENTS);
}
