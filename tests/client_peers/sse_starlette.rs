//! Streams made by sse-starlette on Python, under uvicorn.

use core::time::Duration;

use futures_util::StreamExt as _;
use sse_tests::servers::sse_starlette_or_skip;
use sse_tower::client::EventSource;

use crate::{
    client::{client, http, quick, uri},
    numbers::{
        BROKEN_OFF, Record, come_once_over_connections_that_are_cut, come_once_over_restarts,
        come_once_over_streams_that_end, within_deadline,
    },
    relay::Relay,
};

#[tokio::test]
async fn numbers_come_once_over_connections_that_are_cut() {
    if let Some(peer) = sse_starlette_or_skip("sse-starlette: cut") {
        come_once_over_connections_that_are_cut(peer.server().address(), "/events", BROKEN_OFF)
            .await;
    }
}

#[tokio::test]
async fn numbers_come_once_over_connections_that_are_cut_with_cr_for_line_ends() {
    if let Some(peer) = sse_starlette_or_skip("sse-starlette: cut, CR") {
        come_once_over_connections_that_are_cut(peer.server().address(), "/cr", BROKEN_OFF).await;
    }
}

#[tokio::test]
async fn numbers_come_once_over_streams_that_end() {
    if let Some(peer) = sse_starlette_or_skip("sse-starlette: ends") {
        come_once_over_streams_that_end(peer.server().address(), "/short").await;
    }
}

#[tokio::test]
async fn numbers_come_once_from_a_server_that_is_killed() {
    if let Some(mut peer) = sse_starlette_or_skip("sse-starlette: killed") {
        come_once_over_restarts(&mut peer).await;
    }
}

#[tokio::test]
async fn its_lines_end_with_crlf_its_pings_are_comments_and_its_retry_is_followed() {
    let Some(peer) = sse_starlette_or_skip("sse-starlette: pings") else {
        return;
    };
    let options = quick()
        .with_comments(true)
        .with_reconnection_time_bounds(Duration::ZERO, Duration::from_secs(9));
    let relay = Relay::start(peer.server().address(), || usize::MAX).await;
    let mut source =
        EventSource::get(http(), uri(relay.address, "/quiet")).with_options(options.clone());
    let mut record = Record::default();
    while record.comments.len() < 3 {
        record.next(&mut source).await;
    }
    let is_ping = |text: &String| text.starts_with("ping - 2");
    assert!(record.comments.iter().all(is_ping), "{record:?}");
    let passed = relay.passed();
    assert!(passed.contains("data: 1\r\nretry: 40\r\n\r\n"), "{passed}");

    let mut source = EventSource::get(http(), peer.uri("/short")).with_options(options);
    let mut record = Record::default();
    while record.reconnections.is_empty() {
        record.next(&mut source).await;
    }
    assert_eq!(record.reconnections, [("event stream ended".into(), 40)]);
}

#[tokio::test]
async fn no_content_is_the_end() {
    let Some(peer) = sse_starlette_or_skip("sse-starlette: no content") else {
        return;
    };
    let mut source = client(peer.uri("/no-content"));
    let error = within_deadline(source.next()).await.unwrap().unwrap_err();
    assert_eq!(error.status().unwrap(), 204);
    assert!(source.next().await.is_none());
}
