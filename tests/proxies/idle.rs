//! A stream on which nothing happens for longer than the proxy waits.

use core::net::SocketAddr;
use core::time::Duration;
use std::time::Instant;

use sse_codec::Item;
use sse_tower::{EventStreamLayer, Jitter, KeepAlive};

use crate::client::{EventReader, event_source};
use crate::operations::replaced;
use crate::proxy::{Proxy, through_each_proxy};
use crate::upstream::{OpenStream, SILENT, Upstream};

/// How long the proxies wait here for something to be sent, instead of 60 seconds.
const PROXY_TIMEOUT: Duration = Duration::from_secs(4);

/// So far below the timeout that a slow machine stays below it too.
const INTERVAL: Duration = Duration::from_millis(200);

/// The configuration of the page, with the timeout above.
fn impatient(proxy: Proxy) -> impl FnOnce(String) -> String {
    let seconds = PROXY_TIMEOUT.as_secs();
    move |printed| match proxy {
        Proxy::Apache => replaced(&printed, "timeout=60", &format!("timeout={seconds}")),
        Proxy::Nginx | Proxy::Haproxy | Proxy::Varnish => {
            replaced(&printed, "60s", &format!("{seconds}s"))
        }
    }
}

/// Two streams through the same proxy, with and without keep-alives; on each an event, and then
/// nothing for three timeouts.
async fn outlast(test: &str, proxy: Proxy) {
    let keep_alive = KeepAlive::new(INTERVAL).with_jitter(Jitter::NONE);
    let layer = EventStreamLayer::recommended().with_keep_alive(keep_alive);
    let mut upstream = Upstream::start(layer).await;
    let server = proxy.start_or_skip(test, upstream.address(), impatient(proxy));
    let Some(server) = server else { return };
    let kept = begin(&mut upstream, server.address(), "/events").await;
    let silent = begin(&mut upstream, server.address(), SILENT).await;
    tokio::join!(holds(kept), ends(silent));
}

through_each_proxy!(
    keep_alives_hold_an_idle_stream_that_else_is_cut,
    super::outlast
);

async fn begin(
    upstream: &mut Upstream,
    address: SocketAddr,
    path: &str,
) -> (EventReader, OpenStream) {
    let mut request = event_source();
    *request.uri_mut() = path.parse().unwrap();
    let mut reader = EventReader::open(address, request).await;
    let stream = upstream.next_stream().await;
    stream.send(1).await;
    assert_eq!(reader.next_event().await.unwrap().data(), "1");
    (reader, stream)
}

async fn holds((mut reader, stream): (EventReader, OpenStream)) {
    let begun = Instant::now();
    let beats = 3 * PROXY_TIMEOUT.as_millis() / INTERVAL.as_millis() + 1;
    for beat in 0..beats {
        match reader.next_item().await.unwrap() {
            Some(Item::Comment(_)) => {}
            other => panic!("instead of beat {beat}: {other:?}"),
        }
    }
    assert!(begun.elapsed() >= 3 * PROXY_TIMEOUT, "beats come too early");
    stream.send(2).await;
    assert_eq!(reader.next_event().await.unwrap().data(), "2");
}

/// Client and server see the end, though neither has made it.
async fn ends((mut reader, stream): (EventReader, OpenStream)) {
    assert!(reader.next_event().await.is_none());
    stream.closed().await;
}
