//! Streams made by better-sse on Node.

use sse_tests::servers::better_sse_or_skip;

use crate::numbers::{
    BROKEN_OFF, come_once_over_connections_that_are_cut, come_once_over_restarts,
    come_once_over_streams_that_end, comments, its_time_is_followed, no_content_ends_it,
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
    let (comments, passed) = comments(&peer).await;
    assert!(comments.iter().all(String::is_empty), "{comments:?}");
    // It tells its reconnection time before anything else, in a block of its own.
    assert!(passed.contains("retry:40\n\n"), "{passed}");
    its_time_is_followed(&peer).await;
}

#[tokio::test]
async fn no_content_is_the_end() {
    if let Some(peer) = better_sse_or_skip("better-sse: no content") {
        no_content_ends_it(&peer).await;
    }
}
