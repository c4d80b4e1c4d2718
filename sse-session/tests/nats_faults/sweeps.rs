//! What has expired goes, and nothing else does.

use core::time::Duration;

use sse_session::{
    nats::{NatsOptions, NatsStore},
    store::SessionStore,
};

use crate::support::{administrator, connect, fill, keyed, log, options, read_all, server};

async fn messages(streams: &async_nats::jetstream::Context, name: &str) -> u64 {
    let stream = streams.get_stream(name).await.unwrap();
    stream.cached_info().state.messages
}

#[tokio::test]
async fn keys_whose_window_is_over_go_and_the_others_stay() {
    let Some(server) = server("keys_whose_window_is_over_go_and_the_others_stay") else {
        return;
    };
    let store = connect(&server).await;
    let log = log("keys");
    for number in 0..20 {
        let mut append = keyed(number);
        if number % 2 == 0 {
            append.key.as_mut().unwrap().window = Duration::ZERO;
        }
        store.append(&log, append).await.unwrap();
    }
    // So that the last key is put with the others.
    fill(&store, &log, 1).await;
    let streams = administrator(&server).await;
    assert_eq!(messages(&streams, "sse-keys").await, 20);
    assert!(store.sweep(Duration::ZERO).await.unwrap());
    assert_eq!(messages(&streams, "sse-keys").await, 10);
    for number in 0..20 {
        let again = store.append(&log, keyed(number)).await.unwrap();
        assert_eq!(again.duplicate, number % 2 == 1, "{number}");
    }
    assert!(
        !store.sweep(Duration::from_secs(60)).await.unwrap(),
        "too soon"
    );
}

#[tokio::test]
async fn a_log_with_nothing_in_it_is_forgotten_after_its_time_and_no_other_one() {
    let test = "a_log_with_nothing_in_it_is_forgotten_after_its_time_and_no_other_one";
    let Some(server) = server(test) else { return };
    let options: NatsOptions = options(&server).with_forget_after(Duration::ZERO);
    let store = NatsStore::connect(options).await.unwrap();
    let [kept, empty, remembered] = ["kept", "empty", "remembered"].map(log);
    for log in [&kept, &empty] {
        fill(&store, log, 3).await;
    }
    store.append(&remembered, keyed(1)).await.unwrap();
    for log in [&empty, &remembered] {
        store.trim(log, u64::MAX, None).await.unwrap();
    }
    assert!(store.sweep(Duration::ZERO).await.unwrap());
    let heads = store
        .heads(&[kept.clone(), empty, remembered.clone()])
        .await;
    let heads = heads.unwrap();
    assert!(heads[0].is_some() && heads[1].is_none() && heads[2].is_some());
    assert_eq!(read_all(&store, &kept).await.len(), 3);
    let again = store.append(&remembered, keyed(1)).await.unwrap();
    assert!(again.duplicate, "its key is remembered still");
}
