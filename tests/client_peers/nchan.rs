//! Streams of nginx with nchan.
//!
//! Its responses end with their connection, so that a cut looks like an end: nothing but the blank
//! line tells whether an event is complete. Its ids are the second of the publication and a count
//! within it. It keeps nothing over a reload.

use core::{ops::RangeInclusive, time::Duration};

use http::Request;
use http_body_util::Full;
use sse_tests::servers::{Restartable, nchan_or_skip};
use sse_tower::client::EventSource;

use crate::{
    client::{Source, client, http, quick, uri},
    numbers::{Record, come_once_over_connections_that_are_cut},
    relay::Relay,
};

/// Publishes these numbers.
async fn publish(peer: &Restartable, numbers: RangeInclusive<u64>) {
    for number in numbers {
        let request = Request::post(peer.uri("/publish"))
            .header("x-eventsource-event", "number")
            .body(Full::from(number.to_string()))
            .unwrap();
        let response = http().request(request).await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
    }
}

#[tokio::test]
async fn numbers_come_once_over_connections_that_are_cut() {
    if let Some(peer) = nchan_or_skip("nchan: cut") {
        publish(&peer, 1..=400).await;
        let address = peer.server().address();
        come_once_over_connections_that_are_cut(address, "/events", "event stream ended").await;
    }
}

/// What is published goes on with these numbers, until one of them comes. What is published within the
/// second of the client's id is taken for older than that, and never comes.
async fn goes_on(peer: &Restartable, record: &mut Record, source: &mut Source) {
    let had = record.numbers.len();
    for number in had as u64 + 1.. {
        publish(peer, number..=number).await;
        let next = record.take(source, had + 1);
        if tokio::time::timeout(Duration::from_millis(100), next)
            .await
            .is_ok()
        {
            break;
        }
    }
    assert!(record.numbers.is_sorted(), "{record:?}");
    assert!(record.numbers[had] > had as u64, "{record:?}");
}

#[tokio::test]
async fn a_client_of_a_server_that_was_killed_gets_what_is_new() {
    let Some(mut peer) = nchan_or_skip("nchan: killed") else {
        return;
    };
    publish(&peer, 1..=10).await;
    let mut source = client(peer.uri("/events"));
    let mut record = Record::default();
    record.take(&mut source, 10).await;
    assert_eq!(record.check(), Ok(()));
    peer.kill_and_start_again();
    goes_on(&peer, &mut record, &mut source).await;
    assert!(record.streams >= 2, "{record:?}");
}

#[tokio::test]
async fn a_client_of_a_server_that_was_reloaded_gets_what_is_new() {
    let Some(peer) = nchan_or_skip("nchan: reloaded") else {
        return;
    };
    publish(&peer, 1..=10).await;
    let mut source = client(peer.uri("/events")).with_options(quick().with_comments(true));
    let mut record = Record::default();
    record.take(&mut source, 10).await;
    peer.server().signal("HUP");
    while record.streams < 2 {
        record.next(&mut source).await;
    }
    // It says goodbye by a comment.
    assert_eq!(record.comments, ["hi", "410: 410 Gone"]);
    goes_on(&peer, &mut record, &mut source).await;
}

#[tokio::test]
async fn its_greeting_is_a_comment_and_its_ping_without_data_no_event() {
    let Some(peer) = nchan_or_skip("nchan: pings") else {
        return;
    };
    publish(&peer, 1..=1).await;
    let relay = Relay::start(peer.server().address(), || usize::MAX).await;
    let options = quick().with_comments(true);
    let uri = uri(relay.address, "/events");
    let mut source = EventSource::get(http(), uri).with_options(options);
    let mut record = Record::default();
    record.take(&mut source, 1).await;
    while !relay.passed().contains("event: ping\n\n") {
        let next = record.next(&mut source);
        let _ = tokio::time::timeout(Duration::from_millis(50), next).await;
    }
    publish(&peer, 2..=2).await;
    record.take(&mut source, 2).await;
    assert_eq!(record.numbers, [1, 2]);
    assert_eq!(record.comments, ["hi"]);
    assert_eq!(source.last_event_id().split(':').count(), 2);
}
