//! HTTP/2 between client and proxy.

use http::Version;
use sse_tower::EventStreamLayer;

use crate::client::{EventReader, event_source};
use crate::lock_step::in_lock_step;
use crate::operations::replaced;
use crate::proxy::Proxy;
use crate::upstream::Upstream;

/// Of one connection of HTTP/1.1 only: <https://www.rfc-editor.org/rfc/rfc9113#section-8.2.2>.
const HOP_BY_HOP: [&str; 5] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];

#[tokio::test]
async fn over_http2_each_event_gets_through_and_no_header_of_a_connection_does() {
    let test = "over_http2_each_event_gets_through_and_no_header_of_a_connection_does";
    let mut upstream = Upstream::start(EventStreamLayer::recommended()).await;
    let over_http2 = |printed: String| replaced(&printed, "listen 80", "listen 80 http2");
    let Some(server) = Proxy::Nginx.start_or_skip(test, upstream.address(), over_http2) else {
        return;
    };
    let mut request = event_source();
    *request.version_mut() = Version::HTTP_2;
    let reader = in_lock_step(&mut upstream, server.address(), request).await;
    assert_eq!(reader.version(), Version::HTTP_2);
    for name in HOP_BY_HOP {
        assert!(!reader.headers().contains_key(name), "{name}");
    }

    // The server itself had sent some.
    let reader = EventReader::open(upstream.address(), event_source()).await;
    for name in ["connection", "keep-alive", "transfer-encoding"] {
        assert!(reader.headers().contains_key(name), "{name}");
    }
}
