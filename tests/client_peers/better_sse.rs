//! Streams made by better-sse on Node.

use core::time::Duration;

use futures_util::StreamExt as _;
use sse_tests::servers::better_sse_or_skip;
use sse_tower::client::EventSource;

use crate::{
    client::{client, http, quick},
    numbers::{
        BROKEN_OFF, Record, come_once_over_connections_that_are_cut, come_once_over_restarts,
        come_once_over_streams_that_end, within_deadline,
    },
    relay::Relay,
};

#[tokio::test]
async fn numbers_come_once_over_connections_that_are_cut() {
    if let Some(peer) = better_sse_or_skip("better-sse: cut") {
        come_once_over_connections_that_are_cut(peer.server().address(), "/events", BROKEN_OFF)
            .await;
    }
}

#[tokio::test]
async fn numbers_come_once_over_streams_that_end() {
    if let Some(peer) = better_sse_or_skip("better-sse: ends") {
        come_once_over_streams_that_end(peer.server().address(), "/short").await;
    }
}

#[tokio::test]
async fn numbers_come_once_from_a_server_that_is_killed() {
    if let Some(mut peer) = better_sse_or_skip("better-sse: killed") {
        come_once_over_restarts(&mut peer).await;
    }
}

#[tokio::test]
async fn its_keep_alive_is_an_empty_comment_and_its_retry_is_followed() {
    let Some(peer) = better_sse_or_skip("better-sse: keep-alive") else {
        return;
    };
    let bounds = (Duration::ZERO, Duration::from_secs(9));
    let options = quick()
        .with_comments(true)
        .with_reconnection_time_bounds(bounds.0, bounds.1);
    let relay = Relay::start(peer.server().address(), || usize::MAX).await;
    let uri = crate::client::uri(relay.address, "/quiet");
    let mut source = EventSource::get(http(), uri).with_options(options.clone());
    let mut record = Record::default();
    while record.comments.len() < 3 {
        record.next(&mut source).await;
    }
    assert!(record.comments.iter().all(String::is_empty), "{record:?}");
    // It tells its reconnection time before anything else, in a block of its own.
    let passed = relay.passed();
    assert!(passed.contains("retry:40\n\n"), "{passed}");

    let mut source = EventSource::get(http(), peer.uri("/short")).with_options(options);
    let mut record = Record::default();
    while record.reconnections.is_empty() {
        record.next(&mut source).await;
    }
    assert_eq!(record.reconnections, [("event stream ended".into(), 40)]);
}

#[tokio::test]
async fn no_content_is_the_end() {
    let Some(peer) = better_sse_or_skip("better-sse: no content") else {
        return;
    };
    let mut source = client(peer.uri("/no-content"));
    let error = within_deadline(source.next()).await.unwrap().unwrap_err();
    assert_eq!(error.status().unwrap(), 204);
    assert!(source.next().await.is_none());
}
