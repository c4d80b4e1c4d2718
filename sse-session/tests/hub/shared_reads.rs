//! Many who come back with the same id.

use futures_util::{FutureExt, future::join_all};
use sse_session::hub::{Hub, Subscription};

use crate::support::{Client, TestStore, hub, publish, publish_all};

/// A store keeps 1000.
const EVENTS: u32 = 970;
/// A page has 128 of them, and the last one is not full.
const PAGES: usize = 8;

/// A store that takes its time, a node that has little of its log in memory, and ids in the log:
/// so many different ones as there are clients at most.
async fn world(ids: usize) -> (TestStore, Hub, Vec<String>) {
    let store = TestStore::new();
    let publisher = hub(&store);
    let mut all = Vec::new();
    for number in 0..ids {
        all.push(publish(&publisher, "a", number).await.id.to_string());
    }
    publish_all(&publisher, "a", ids as u32..EVENTS).await;
    let node = Hub::builder(store.clone()).with_ring(8, 1 << 20);
    let node = node.build().unwrap();
    // Something was forgotten, so that what is read is not kept for the next one.
    let mut here = Client::connected(&node, &["a"]).await;
    publish_all(&publisher, "a", EVENTS..EVENTS + 20).await;
    here.read().await;
    store.set_hook(tokio::task::yield_now);
    store.take_reads();
    (store, node, all)
}

async fn come_back(node: &Hub, id: &str, seen: usize) {
    let mut client = Client::new(&["a"]);
    client.set_last_event_id(id);
    client.connect(node).await;
    let got = client.read_and_take().await;
    let expected: Vec<_> = (seen as u32 + 1..EVENTS + 20)
        .map(|number| number.to_string())
        .collect();
    assert_eq!(got, expected);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_with_the_same_id_read_each_page_a_few_times() {
    let (store, node, ids) = world(1).await;
    join_all((0..1000).map(|_| come_back(&node, &ids[0], 0))).await;
    let reads = store.take_reads();
    assert!(reads >= PAGES, "only {reads}: the ring had it");
    // Each for itself: 8000.
    assert!(reads <= 10 * PAGES, "{reads} reads");
}

#[tokio::test(start_paused = true)]
async fn a_thousand_with_a_few_ids_read_what_a_few_would() {
    let (store, node, ids) = world(4).await;
    let clients = (0..1000).map(|client| come_back(&node, &ids[client % 4], client % 4));
    join_all(clients).await;
    let reads = store.take_reads();
    assert!(reads <= 4 * 10 * PAGES, "{reads} reads");
}

/// Else the count would say nothing.
#[tokio::test(start_paused = true)]
async fn a_hundred_with_ids_of_their_own_read_for_themselves() {
    let (store, node, ids) = world(100).await;
    let clients = (0..100).map(|client| come_back(&node, &ids[client], client));
    join_all(clients).await;
    let reads = store.take_reads();
    assert!(reads >= 100 * (PAGES - 1), "only {reads} reads");
}

/// Those who give up in the middle of it leave nobody waiting, and neither does one who stops
/// polling: a body is not polled while its client does not read.
#[tokio::test(start_paused = true)]
async fn whoever_asked_first_may_stop_or_go() {
    let (store, node, ids) = world(1).await;
    let mut clients: Vec<_> = (0..20)
        .map(|_| Box::pin(come_back(&node, &ids[0], 0)))
        .collect();
    for client in &mut clients {
        assert!(client.as_mut().now_or_never().is_none());
    }
    let stopped = clients.remove(0);
    drop(clients.split_off(1));
    clients.remove(0).await;
    let reads = store.take_reads();
    assert!((PAGES..=2 * PAGES).contains(&reads), "{reads} reads");
    stopped.await;
}

/// An error is shared too: each asks again after a while, and again together.
#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_not_asked_by_each() {
    let (store, node, ids) = world(1).await;
    store.set_away(true);
    let refused = join_all((0..500).map(|_| async {
        let mut client = Client::new(&["a"]);
        client.set_last_event_id(&ids[0]);
        let subscription: Subscription = client.subscription();
        client.connect_with(&node, subscription).await.unwrap_err()
    }));
    for error in refused.await {
        assert_eq!(
            core::error::Error::source(&error).unwrap().to_string(),
            "the store is unavailable"
        );
    }
    let reads = store.take_reads();
    assert!((1..=3).contains(&reads), "{reads} reads");
    store.set_away(false);
    come_back(&node, &ids[0], 0).await;
}
