//! Streams made by sse-starlette on Python, under uvicorn.

use sse_tests::servers::sse_starlette_or_skip;

use crate::numbers::{
    BROKEN_OFF, come_once_over_connections_that_are_cut, come_once_over_restarts,
    come_once_over_streams_that_end, comments, its_time_is_followed, no_content_ends_it,
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
    let (comments, passed) = comments(&peer).await;
    let is_ping = |text: &String| text.starts_with("ping - 2");
    assert!(comments.iter().all(is_ping), "{comments:?}");
    assert!(passed.contains("data: 1\r\nretry: 40\r\n\r\n"), "{passed}");
    its_time_is_followed(&peer).await;
}

#[tokio::test]
async fn no_content_is_the_end() {
    if let Some(peer) = sse_starlette_or_skip("sse-starlette: no content") {
        no_content_ends_it(&peer).await;
    }
}
