//! Streams made by axum's `Sse`.

use sse_tower::client::EventSource;

use crate::{
    axum_server::AxumServer,
    client::{client, http, quick, uri},
    numbers::{
        BROKEN_OFF, Record, come_once_over_connections_that_are_cut,
        come_once_over_streams_that_end,
    },
};

#[tokio::test]
async fn numbers_come_once_over_connections_that_are_cut() {
    let server = AxumServer::start().await;
    come_once_over_connections_that_are_cut(server.address, "/events", BROKEN_OFF).await;
}

#[tokio::test]
async fn numbers_come_once_over_streams_that_end() {
    let server = AxumServer::start().await;
    come_once_over_streams_that_end(server.address, "/short").await;
}

#[tokio::test]
async fn numbers_come_once_from_a_server_that_is_restarted() {
    let mut server = AxumServer::start().await;
    let mut source = client(uri(server.address, "/events"));
    let mut record = Record::default();
    for _ in 0..3 {
        let more = record.numbers.len() + 50;
        record.take(&mut source, more).await;
        server.kill_and_start_again();
        record.see_reconnection(&mut source).await;
    }
    let more = record.numbers.len() + 50;
    record.take(&mut source, more).await;
    assert_eq!(record.check(), Ok(()));
    assert!(record.streams >= 4, "{record:?}");
}

#[tokio::test]
async fn its_keep_alive_is_a_comment_and_its_retry_is_followed() {
    let server = AxumServer::start().await;
    let options = quick().with_comments(true);
    let options = options.with_reconnection_time_bounds(
        core::time::Duration::ZERO,
        core::time::Duration::from_secs(9),
    );
    let mut source =
        EventSource::get(http(), uri(server.address, "/quiet")).with_options(options.clone());
    let mut record = Record::default();
    while record.comments.len() < 3 {
        record.next(&mut source).await;
    }
    assert_eq!(record.numbers, [1]);
    assert!(record.comments.iter().all(|text| text == "still here"));

    let mut source = EventSource::get(http(), uri(server.address, "/short")).with_options(options);
    let mut record = Record::default();
    while record.reconnections.is_empty() {
        record.next(&mut source).await;
    }
    assert_eq!(record.reconnections, [("event stream ended".into(), 40)]);
}
