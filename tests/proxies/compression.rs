//! A proxy that compresses event streams.

use core::net::SocketAddr;
use std::io::Write as _;

use bytes::Bytes;
use flate2::write::GzDecoder;
use http::Request;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http_body_util::Empty;
use sse_tower::EventStreamLayer;

use crate::client::{EventReader, event_source};
use crate::lock_step::in_lock_step;
use crate::operations::replaced;
use crate::proxy::Proxy;
use crate::upstream::Upstream;

fn compressing_haproxy(printed: String) -> String {
    let lines = "compression algo gzip\n    compression type text/event-stream";
    replaced(
        &printed,
        "option http-no-delay",
        &format!("option http-no-delay\n    {lines}"),
    )
}

fn compressing_nginx(printed: String) -> String {
    let lines = "gzip on; gzip_proxied any; gzip_min_length 0; gzip_types text/event-stream;";
    replaced(&printed, "location /", &format!("{lines}\n    location /"))
}

fn compressing_apache(printed: String) -> String {
    let lines = "AddOutputFilterByType DEFLATE text/event-stream\n    ProxyPass ";
    replaced(&printed, "ProxyPass ", lines)
}

fn accepting_gzip() -> Request<Empty<Bytes>> {
    let mut request = event_source();
    let gzip = "gzip".parse().unwrap();
    request.headers_mut().insert(ACCEPT_ENCODING, gzip);
    request
}

/// A stream for a client that accepts gzip, one event on it.
async fn compressible(upstream: &mut Upstream, address: SocketAddr) -> EventReader {
    let reader = tokio::spawn(EventReader::open(address, accepting_gzip()));
    let stream = upstream.next_stream().await;
    stream.send(1).await;
    drop(stream);
    reader.await.unwrap()
}

#[tokio::test]
async fn haproxy_compresses_no_stream_that_must_not_be_transformed() {
    let test = "haproxy_compresses_no_stream_that_must_not_be_transformed";
    let recommended = EventStreamLayer::recommended;
    for (layer, encoding) in [
        (recommended(), None),
        (recommended().without_anti_buffering(), Some("gzip")),
    ] {
        let mut upstream = Upstream::start(layer).await;
        let server = Proxy::Haproxy.start_or_skip(test, upstream.address(), compressing_haproxy);
        let Some(server) = server else { return };
        let reader = compressible(&mut upstream, server.address()).await;
        let said = reader.headers().get(CONTENT_ENCODING);
        assert_eq!(said.map(|value| value.to_str().unwrap()), encoding);
        if encoding.is_none() {
            in_lock_step(&mut upstream, server.address(), event_source()).await;
        }
    }
}

/// `no-transform` means nothing to these two, but they flush what they compress.
async fn flushes(test: &str, proxy: Proxy, change: fn(String) -> String) {
    let mut upstream = Upstream::start(EventStreamLayer::recommended()).await;
    let server = proxy.start_or_skip(test, upstream.address(), change);
    let Some(server) = server else { return };
    let mut reader = EventReader::open(server.address(), accepting_gzip()).await;
    assert_eq!(reader.headers()[CONTENT_ENCODING], "gzip");
    let stream = upstream.next_stream().await;
    let mut read = GzDecoder::new(Vec::new());
    for number in 1..=20 {
        stream.send(number).await;
        let event = format!("data: {number}\n\n");
        while !read.get_ref().ends_with(event.as_bytes()) {
            let chunk = reader.next_chunk().await.unwrap();
            read.write_all(&chunk.expect("no end")).unwrap();
            read.flush().unwrap();
        }
    }
}

#[tokio::test]
async fn nginx_compresses_and_flushes_each_event() {
    let test = "nginx_compresses_and_flushes_each_event";
    flushes(test, Proxy::Nginx, compressing_nginx).await;
}

#[tokio::test]
async fn apache_compresses_and_flushes_each_event() {
    let test = "apache_compresses_and_flushes_each_event";
    flushes(test, Proxy::Apache, compressing_apache).await;
}
