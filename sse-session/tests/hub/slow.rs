//! Clients that do not keep up.

use sse_session::hub::{Hub, OnLag, StreamEndReason};

use crate::support::{Client, TestStore, channel, publish, publish_all, some_time};

fn small_ring(store: &TestStore, on_lag: OnLag) -> Hub {
    let builder = Hub::builder(store.clone()).with_ring(8, 1 << 20);
    builder.with_on_lag(on_lag).build().unwrap()
}

/// A client that has seen 1 and sleeps while 2 to 100 are published, and one that does not.
async fn asleep(hub: &Hub) -> Client {
    let mut slow = Client::connected(hub, &["a"]).await;
    let mut fast = Client::connected(hub, &["a"]).await;
    publish(hub, "a", 1).await;
    assert_eq!(slow.read_and_take().await, ["1"]);
    assert_eq!(fast.read_and_take().await, ["1"]);
    for number in 2..=100 {
        publish(hub, "a", number).await;
        let expected = [number.to_string()];
        assert_eq!(
            fast.read_and_take().await,
            expected,
            "nobody waits for the slow one"
        );
    }
    slow
}

#[tokio::test(start_paused = true)]
async fn a_slow_client_catches_up_from_the_log() {
    let store = TestStore::new();
    let hub = small_ring(&store, OnLag::CatchUp);
    let mut slow = asleep(&hub).await;
    let expected: Vec<_> = (2..=100).map(|number| number.to_string()).collect();
    assert_eq!(slow.read_and_take().await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_slow_client_may_skip_and_is_told() {
    let store = TestStore::new();
    let hub = small_ring(&store, OnLag::Skip);
    let mut slow = asleep(&hub).await;
    store.take_reads();
    let mut got = slow.read_and_take().await;
    let gap = got.remove(0);
    assert_eq!(gap, r#"gap {"channel":"a","reason":"lagged","missed":91}"#);
    let expected: Vec<_> = (93..=100).map(|number| number.to_string()).collect();
    assert_eq!(got, expected);
    assert_eq!(store.take_reads(), 0);
    slow.connect(&hub).await;
    assert!(slow.read_and_take().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_slow_client_may_be_disconnected_and_comes_back() {
    let store = TestStore::new();
    let hub = small_ring(&store, OnLag::Disconnect);
    let mut slow = asleep(&hub).await;
    assert!(!slow.read().await);
    assert_eq!(slow.subscriber().end(), Some(StreamEndReason::Lagged));
    assert!(slow.take().is_empty());
    slow.connect(&hub).await;
    let expected: Vec<_> = (2..=100).map(|number| number.to_string()).collect();
    assert_eq!(slow.read_and_take().await, expected);
}

/// A hundred that stopped at different places: the store is asked a few things at a time, and all
/// get everything.
#[tokio::test(start_paused = true)]
async fn many_that_come_back_at_once_do_not_storm_the_store() {
    let store = TestStore::new();
    let builder = Hub::builder(store.clone()).with_ring(8, 1 << 20);
    let hub = builder.with_max_reads(4).build().unwrap();
    let mut clients = vec![Client::connected(&hub, &["a"]).await];
    publish(&hub, "a", 0).await;
    some_time().await;
    for number in 1..100 {
        clients.push(Client::connected(&hub, &["a"]).await);
        publish(&hub, "a", number).await;
    }
    publish_all(&hub, "a", 100..500).await;
    store.set_hook(tokio::task::yield_now);
    let reads = futures_util::future::join_all(clients.iter_mut().map(Client::read_and_take));
    for (first, got) in reads.await.into_iter().enumerate() {
        let expected: Vec<_> = (first..500).map(|number| number.to_string()).collect();
        assert_eq!(got, expected);
    }
    let most = store.most_reads();
    assert!((2..=5).contains(&most), "{most} at a time");
}

/// What it is given out is bounded, whatever waits for it.
#[tokio::test(start_paused = true)]
async fn a_stream_that_catches_up_is_given_a_page_at_a_time() {
    let store = TestStore::new();
    let builder = Hub::builder(store.clone()).with_ring(8, 1 << 20);
    let hub = builder.with_max_batch_bytes(500).build().unwrap();
    let mut client = Client::connected(&hub, &["a"]).await;
    client.read().await;
    let event = sse_codec::Event::builder("x".repeat(100));
    for _ in 0..100 {
        hub.publish(&channel("a"), &event).await.unwrap();
    }
    some_time().await;
    let mut events = 0;
    while events < 100 {
        let batch = client.subscriber().next_batch().await.unwrap();
        assert!(batch.as_bytes().len() < 700);
        client.receive(batch.into_bytes());
        events += client.take().len();
    }
}
