//! The end of a server that drains, as clients behind a proxy see it.

use core::net::SocketAddr;
use core::time::Duration;

use http::{HeaderValue, StatusCode};
use sse_codec::Item;
use sse_tower::{Drain, EventStreamLayer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::client::{EventReader, event_source, turned_away};
use crate::proxy::{Proxy, through_each_proxy};
use crate::upstream::Upstream;

/// A reconnection time, an event and an end; then a refusal in the way that a client understands.
async fn reaches(test: &str, proxy: Proxy) {
    let drain = Drain::new().with_window(Duration::from_millis(500));
    let stack = (drain.layer(), EventStreamLayer::recommended());
    let mut upstream = Upstream::start_wearing(|events| events.layer(stack)).await;
    let server = proxy.start_or_skip(test, upstream.address(), |printed| printed);
    let Some(server) = server else { return };
    let mut reader = EventReader::open(server.address(), event_source()).await;
    let stream = upstream.next_stream().await;
    stream.send(7).await;
    assert_eq!(reader.next_event().await.unwrap().data(), "7");

    drain.begin();
    expect_retry(&mut reader).await;
    match reader.next_item().await.unwrap() {
        Some(Item::Event(event)) => {
            assert_eq!(event.event_type(), "disconnected");
            // Where the client resumes.
            assert_eq!(event.last_event_id(), "7");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(reader.next_item().await.unwrap(), None, "a clean end");
    stream.closed().await;
    assert_eq!(drain.finished().await, Ok(()));

    let mut refused = EventReader::open(server.address(), event_source()).await;
    expect_retry(&mut refused).await;
    assert_eq!(refused.next_item().await.unwrap(), None, "a clean end");

    let mut request = event_source();
    let both = HeaderValue::from_static("text/event-stream, application/json");
    request.headers_mut().insert("accept", both);
    let (status, headers) = turned_away(server.address(), request).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(headers.contains_key("retry-after"), "{headers:?}");
}

async fn expect_retry(reader: &mut EventReader) {
    match reader.next_item().await.unwrap() {
        Some(Item::Retry(time)) => assert!(time >= Duration::from_secs(1), "{time:?}"),
        other => panic!("instead of a reconnection time: {other:?}"),
    }
}

through_each_proxy!(a_drain_reaches_the_client_as_a_clean_end, super::reaches);

/// A server that is killed with a stream open, after its first event.
async fn killed() -> (SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (kill, killed) = oneshot::channel();
    tokio::spawn(async move {
        // Some proxies look first whether there is anybody.
        let mut socket = loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            if matches!(socket.read(&mut [0; 4096]).await, Ok(1..)) {
                break socket;
            }
        };
        let event = "data: 7\n\n";
        let response = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
             cache-control: no-cache, no-transform\r\nx-accel-buffering: no\r\n\
             transfer-encoding: chunked\r\n\r\n{:x}\r\n{event}\r\n",
            event.len(),
        );
        socket.write_all(response.as_bytes()).await.unwrap();
        let _ = killed.await;
    });
    (address, kill)
}

/// What a drain is for: without it the client sees its stream torn.
async fn tears(test: &str, proxy: Proxy) {
    let (upstream, kill) = killed().await;
    let server = proxy.start_or_skip(test, upstream, |printed| printed);
    let Some(server) = server else { return };
    let mut reader = EventReader::open(server.address(), event_source()).await;
    assert_eq!(reader.next_event().await.unwrap().data(), "7");
    kill.send(()).unwrap();
    assert!(reader.next_item().await.is_err());
}

through_each_proxy!(without_a_drain_the_end_is_a_cut, super::tears);
