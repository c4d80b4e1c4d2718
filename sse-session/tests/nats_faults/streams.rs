//! Somebody else does something to the streams.

use async_nats::{HeaderMap, jetstream::context::PublishErrorKind};
use futures_util::StreamExt as _;
use sse_session::store::{GapReason, SessionStore, StoreError, Verdict};

use crate::support::{
    administrator, append_at_last, append_of, connect, fill, keyed, log, options, read_after,
    read_all, server,
};

#[tokio::test]
async fn a_purged_stream_has_no_logs_and_a_log_of_that_name_is_another_one() {
    let test = "a_purged_stream_has_no_logs_and_a_log_of_that_name_is_another_one";
    let Some(server) = server(test) else { return };
    let store = connect(&server).await;
    let log = log("purged");
    let positions = fill(&store, &log, 5).await;
    let streams = administrator(&server).await;
    let stream = streams.get_stream("sse-logs").await.unwrap();
    stream.purge().await.unwrap();

    let page = read_after(&store, &log, positions[2]).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Unknown));
    assert_eq!(
        store.heads(core::slice::from_ref(&log)).await.unwrap(),
        [None]
    );
    let anew = store.append(&log, append_of(9)).await.unwrap().position;
    assert_ne!(anew.epoch, positions[0].epoch);
    for at in positions {
        let page = read_after(&store, &log, at).await;
        assert_eq!(page.verdict, Verdict::Gap(GapReason::Epoch));
    }
    assert_eq!(read_all(&store, &log).await.len(), 1);
}

#[tokio::test]
async fn streams_that_were_deleted_are_made_again_and_positions_of_the_old_are_of_another_epoch() {
    let test =
        "streams_that_were_deleted_are_made_again_and_positions_of_the_old_are_of_another_epoch";
    let Some(server) = server(test) else { return };
    let store = connect(&server).await;
    let log = log("deleted");
    let mut positions = fill(&store, &log, 5).await;
    positions.push(store.append(&log, keyed(5)).await.unwrap().position);
    let streams = administrator(&server).await;
    for name in ["sse-logs", "sse-state", "sse-keys"] {
        streams.delete_stream(name).await.unwrap();
    }
    let page = read_after(&store, &log, positions[2]).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Unknown));
    let again = append_at_last(&store, &log, keyed(5)).await;
    assert!(!again.duplicate, "the record of the key is lost");
    fill(&store, &log, 7).await;
    // The offsets are those of before.
    for at in positions {
        let page = read_after(&store, &log, at).await;
        assert_eq!(page.verdict, Verdict::Gap(GapReason::Epoch), "{at:?}");
    }
    assert_eq!(read_all(&store, &log).await.len(), 8);
}

#[tokio::test]
async fn a_message_that_is_published_twice_is_stored_once() {
    let Some(server) = server("a_message_that_is_published_twice_is_stored_once") else {
        return;
    };
    let store = connect(&server).await;
    let log = log("twice");
    let streams = administrator(&server).await;
    let mut published = streams.client().subscribe("sse.log.>").await.unwrap();
    streams.client().flush().await.unwrap();
    let positions = fill(&store, &log, 3).await;
    for _ in 0..3 {
        let message = published.next().await.unwrap();
        let headers = message.headers.unwrap_or_else(HeaderMap::new);
        let again = streams.publish_with_headers(message.subject, headers, message.payload);
        let refused = again.await.unwrap().await.unwrap_err();
        assert_eq!(refused.kind(), PublishErrorKind::WrongLastSequence);
    }
    let kept = read_all(&store, &log).await;
    let kept: Vec<_> = kept.iter().map(|record| record.position).collect();
    assert_eq!(kept, positions);
}

#[tokio::test]
async fn what_is_not_ours_is_damage_and_not_a_record() {
    let Some(server) = server("what_is_not_ours_is_damage_and_not_a_record") else {
        return;
    };
    let store = connect(&server).await;
    let log = log("foreign");
    fill(&store, &log, 1).await;
    let streams = administrator(&server).await;
    let published = streams.publish("sse.log.channel%2Fforeign", "x".into());
    published.await.unwrap().await.unwrap();
    let head = store.heads(core::slice::from_ref(&log)).await;
    assert!(matches!(head, Err(StoreError::Corrupt { .. })), "{head:?}");
}

#[tokio::test]
async fn streams_that_were_made_otherwise_are_refused() {
    let Some(server) = server("streams_that_were_made_otherwise_are_refused") else {
        return;
    };
    let streams = administrator(&server).await;
    let foreign = async_nats::jetstream::stream::Config {
        name: "sse-state".into(),
        subjects: vec!["sse.state.>".into()],
        ..Default::default()
    };
    streams.create_stream(foreign).await.unwrap();
    let refused = sse_session::nats::NatsStore::connect(options(&server)).await;
    let refused = refused.map(drop);
    assert!(
        matches!(refused, Err(StoreError::Configuration { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn whoever_knew_the_old_stream_goes_on_in_the_new_one_also_at_the_same_sequence() {
    let test = "whoever_knew_the_old_stream_goes_on_in_the_new_one_also_at_the_same_sequence";
    let Some(server) = server(test) else { return };
    let (store, other) = (connect(&server).await, connect(&server).await);
    let log = log("same");
    let old = fill(&store, &log, 5).await;
    let streams = administrator(&server).await;
    streams.delete_stream("sse-logs").await.unwrap();
    let new = fill(&other, &log, 5).await;
    assert_eq!(old[4].offset, new[4].offset);
    // Longer than what was last is believed.
    tokio::time::sleep(core::time::Duration::from_millis(1_100)).await;
    let next = store.append(&log, append_of(6)).await.unwrap().position;
    assert_eq!(next.epoch, new[0].epoch);
    let records = read_all(&other, &log).await;
    assert_eq!(records.len(), 6);
}
