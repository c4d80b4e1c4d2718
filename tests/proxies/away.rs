//! A proxy with no application behind it: between the end of one process and the start of the next.

use core::net::SocketAddr;
use core::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode};
use http_body_util::Empty;
use sse_codec::Item;
use sse_tests::servers::Place;
use sse_tower::EventStreamLayer;

use crate::client::{EventReader, event_source, turned_away};
use crate::operations::replaced;
use crate::proxy::{Proxy, through_each_proxy};
use crate::upstream::Upstream;

/// Who has lines for it on the page.
fn has_an_answer(proxy: Proxy) -> bool {
    proxy != Proxy::Apache
}

/// An `EventSource` comes back after a stream that ends, and never after a status. Others are told
/// what it is.
async fn returns(test: &str, proxy: Proxy) {
    // A port where nobody listens, yet.
    let place = Place::new();
    let server = proxy.start_or_skip(test, place.address(), |printed| printed);
    let Some(server) = server else { return };
    let mut from_all = event_source();
    let accept = HeaderValue::from_static("*/*");
    from_all.headers_mut().insert("accept", accept);
    assert_turned_away(server.address(), from_all).await;
    if has_an_answer(proxy) {
        let mut reader = EventReader::open(server.address(), event_source()).await;
        assert!(is_away(&reader));
        assert_eq!(reader.headers()["content-type"], "text/event-stream");
        let retry = Item::Retry(Duration::from_secs(3));
        assert_eq!(reader.next_item().await.unwrap(), Some(retry));
        assert_eq!(reader.next_item().await.unwrap(), None);
    } else {
        assert_turned_away(server.address(), event_source()).await;
    }

    let layer = EventStreamLayer::recommended();
    let mut upstream = Upstream::start_at(place.address(), |events| events.layer(layer)).await;
    // Varnish looks again a quarter of a second after it found nobody.
    let mut reader = loop {
        let reader = EventReader::open(server.address(), event_source()).await;
        if !is_away(&reader) {
            break reader;
        }
    };
    upstream.next_stream().await.send(1).await;
    assert_eq!(reader.next_event().await.unwrap().data(), "1");
}

/// Whether it is the answer of the proxy.
fn is_away(reader: &EventReader) -> bool {
    reader.headers()["cache-control"] == "no-store"
}

async fn assert_turned_away(address: SocketAddr, request: Request<Empty<Bytes>>) {
    let (status, _) = turned_away(address, request).await;
    let expected = [StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE];
    assert!(expected.contains(&status), "{status}");
}

through_each_proxy!(
    who_comes_while_the_application_is_away_is_told_to_come_back,
    super::returns
);

/// Without the lines for it on the page.
fn bare(proxy: Proxy, printed: String) -> String {
    match proxy {
        Proxy::Nginx => replaced(&printed, "error_page", "# error_page"),
        Proxy::Haproxy => replaced(&printed, "http-after-response", "# http-after-response"),
        Proxy::Apache => printed,
        Proxy::Varnish => {
            let (rest, _) = printed.split_once("sub vcl_backend_error").unwrap();
            rest.to_owned()
        }
    }
}

/// What those lines are for.
async fn silences(test: &str, proxy: Proxy) {
    let place = Place::new();
    let server = proxy.start_or_skip(test, place.address(), |printed| bare(proxy, printed));
    let Some(server) = server else { return };
    assert_turned_away(server.address(), event_source()).await;
}

through_each_proxy!(by_itself_a_proxy_answers_with_a_status, super::silences);
