//! The server does not answer for some time.

use core::time::Duration;

use sse_session::{
    nats::NatsStore,
    store::{SessionStore, StoreError},
};

use crate::support::{
    append_at_last, append_of, connect, fill, keyed, log, options, read_all, server,
};

#[tokio::test]
async fn an_append_whose_answer_was_late_is_found_and_is_there_once() {
    let test = "an_append_whose_answer_was_late_is_found_and_is_there_once";
    let Some(server) = server(test) else { return };
    let options = options(&server).with_operation_timeout(Duration::from_secs(60));
    let store = NatsStore::connect(options).await.unwrap();
    let log = log("late");
    fill(&store, &log, 3).await;
    server.server().signal("STOP");
    let append = tokio::spawn({
        let (store, log) = (store.clone(), log.clone());
        async move { store.append(&log, append_of(7)).await }
    });
    // Several attempts, each without an answer.
    tokio::time::sleep(Duration::from_millis(1_800)).await;
    assert!(!append.is_finished());
    server.server().signal("CONT");
    let appended = append.await.unwrap().unwrap();
    let records = read_all(&store, &log).await;
    assert_eq!(records.len(), 4);
    assert_eq!(records[3].position, appended.position);
}

#[tokio::test]
async fn an_append_that_was_given_up_is_unknown_and_is_repeated_with_its_key() {
    let test = "an_append_that_was_given_up_is_unknown_and_is_repeated_with_its_key";
    let Some(server) = server(test) else { return };
    let store = connect(&server).await;
    let log = log("unknown");
    fill(&store, &log, 3).await;
    server.server().signal("STOP");
    let begun = std::time::Instant::now();
    let unknown = store.append(&log, append_of(7)).await;
    assert!(
        matches!(unknown, Err(StoreError::OutcomeUnknown { .. })),
        "{unknown:?}"
    );
    assert!(begun.elapsed() < Duration::from_secs(30), "it hangs");
    let unknown = store.append(&log, keyed(8)).await;
    assert!(unknown.is_err(), "{unknown:?}");
    server.server().signal("CONT");
    let first = append_at_last(&store, &log, keyed(8)).await;
    let again = append_at_last(&store, &log, keyed(8)).await;
    assert!(again.duplicate);
    assert_eq!(again.position, first.position);
    let records = read_all(&store, &log).await;
    let of_key = records.iter().filter(|record| record.payload == "record 8");
    assert_eq!(of_key.count(), 1);
}

#[tokio::test]
async fn without_a_server_nothing_is_done_and_that_is_said() {
    let Some(server) = server("without_a_server_nothing_is_done_and_that_is_said") else {
        return;
    };
    let store = connect(&server).await;
    let url = options(&server);
    drop(server);
    let log = log("gone");
    let begun = std::time::Instant::now();
    loop {
        match store.append(&log, append_of(1)).await {
            Err(StoreError::Unavailable { .. }) => break,
            // It did not know yet.
            Err(StoreError::OutcomeUnknown { .. }) => {}
            other => panic!("{other:?}"),
        }
        assert!(begun.elapsed() < Duration::from_secs(60));
    }
    let refused = NatsStore::connect(url).await.map(drop);
    assert!(
        matches!(refused, Err(StoreError::Unavailable { .. })),
        "{refused:?}"
    );
    store.close().await;
    let closed = store.append(&log, append_of(1)).await;
    assert!(matches!(closed, Err(StoreError::Closed)), "{closed:?}");
}
