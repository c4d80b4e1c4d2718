//! A cache gives each client its own stream.

use sse_tower::EventStreamLayer;

use crate::client::{EventReader, event_source};
use crate::proxy::Proxy;
use crate::upstream::Upstream;

/// Only where the application is, and all else as Varnish does it by itself.
fn by_default(printed: String) -> String {
    let (backend, rules) = printed.split_once("sub vcl_recv").unwrap();
    assert!(rules.contains("pass"));
    backend.to_owned()
}

#[tokio::test]
async fn varnish_gives_each_client_its_own_stream() {
    let test = "varnish_gives_each_client_its_own_stream";
    // Our headers are enough, and so are the rules of the page.
    let recommended = EventStreamLayer::recommended;
    let bare = EventStreamLayer::empty;
    for (layer, change) in [
        (recommended(), by_default as fn(String) -> String),
        (bare(), |printed| printed),
    ] {
        let mut upstream = Upstream::start(layer).await;
        let server = Proxy::Varnish.start_or_skip(test, upstream.address(), change);
        let Some(server) = server else { return };
        let mut open = Vec::new();
        for number in 1..=3 {
            let reader = tokio::spawn(EventReader::open(server.address(), event_source()));
            let stream = upstream.next_stream().await;
            stream.send(number).await;
            let mut reader = reader.await.unwrap();
            let read = reader.next_event().await.unwrap();
            assert_eq!(read.data(), number.to_string());
            open.push((reader, stream));
        }
    }
}

/// What the test above is about: one client reads what was sent to another.
#[tokio::test]
async fn without_headers_and_rules_varnish_gives_one_clients_stream_to_the_next() {
    let test = "without_headers_and_rules_varnish_gives_one_clients_stream_to_the_next";
    let mut upstream = Upstream::start(EventStreamLayer::empty()).await;
    let server = Proxy::Varnish.start_or_skip(test, upstream.address(), by_default);
    let Some(server) = server else { return };
    let first = tokio::spawn(EventReader::open(server.address(), event_source()));
    let stream = upstream.next_stream().await;
    stream.send(1).await;
    let mut first = first.await.unwrap();
    assert_eq!(first.next_event().await.unwrap().data(), "1");
    let mut second = EventReader::open(server.address(), event_source()).await;
    assert_eq!(second.next_event().await.unwrap().data(), "1");
}
