//! Hints are hints: the log is the truth.

use sse_session::store::{LogName, WatchEvent};

use crate::support::{Client, HintMode, TestStore, channel, hub, publish, publish_all, some_time};

fn numbers(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers
        .into_iter()
        .map(|number| number.to_string())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn doubled_and_nameless_hints_change_nothing() {
    for mode in [HintMode::Double, HintMode::NameOnly] {
        let store = TestStore::new();
        let hub = hub(&store);
        store.set_hints(mode);
        let mut client = Client::connected(&hub, &["a"]).await;
        publish_all(&hub, "a", 1..=5).await;
        assert_eq!(client.read_and_take().await, numbers(1..=5), "{mode:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn hints_that_come_late_and_in_another_order_change_nothing() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = Client::connected(&hub, &["a"]).await;
    publish(&hub, "a", 1).await;
    assert_eq!(client.read_and_take().await, ["1"]);
    store.set_hints(HintMode::Hold);
    publish_all(&hub, "a", 2..=5).await;
    assert!(client.read_and_take().await.is_empty());
    store.release_hints();
    assert_eq!(client.read_and_take().await, numbers(2..=5));
    publish_all(&hub, "a", 6..=7).await;
    store.set_hints(HintMode::Pass);
    publish(&hub, "a", 8).await;
    assert_eq!(client.read_and_take().await, numbers(6..=8));
    store.release_hints();
    assert!(
        client.read_and_take().await.is_empty(),
        "old hints tell nothing new"
    );
}

#[tokio::test(start_paused = true)]
async fn a_lost_hint_is_made_good_by_the_next_one() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = Client::connected(&hub, &["a"]).await;
    publish(&hub, "a", 1).await;
    store.set_hints(HintMode::Lose);
    publish_all(&hub, "a", 2..=300).await;
    store.set_hints(HintMode::Pass);
    publish(&hub, "a", 301).await;
    assert_eq!(client.read_and_take().await, numbers(1..=301));
}

#[tokio::test(start_paused = true)]
async fn a_lost_hint_is_made_good_by_a_look_at_the_heads() {
    let store = TestStore::new();
    let hub = hub(&store);
    store.set_hints(HintMode::Lose);
    let mut client = Client::connected(&hub, &["a", "b"]).await;
    client.read().await;
    for _ in 0..3 {
        publish(&hub, "a", 1).await;
        assert!(client.read_and_take().await.is_empty());
        some_time().await;
        assert_eq!(client.read_and_take().await, ["1"]);
    }
    store.take_reads();
    some_time().await;
    assert!(
        store.take_reads() <= 6,
        "one look for all channels, and nothing to read"
    );
}

/// What was appended before the watch was in force was not told: then it is read.
#[tokio::test(start_paused = true)]
async fn a_watch_that_comes_into_force_late_delays_and_loses_nothing() {
    for existing in [0, 1] {
        let store = TestStore::new();
        let hub = hub(&store);
        publish_all(&hub, "a", 0..existing).await;
        store.watches().set_late(true);
        let mut client = Client::connected(&hub, &["a"]).await;
        publish_all(&hub, "a", 1..=3).await;
        assert!(client.read_and_take().await.is_empty());
        store.watches().set_late(false);
        assert_eq!(client.read_and_take().await, numbers(1..=3));
    }
}

#[tokio::test(start_paused = true)]
async fn when_the_watch_was_lost_all_channels_are_read() {
    for event in [WatchEvent::Lost, WatchEvent::Restored] {
        let store = TestStore::new();
        let hub = hub(&store);
        store.set_hints(HintMode::Lose);
        let names: Vec<_> = (0..100).map(|number| number.to_string()).collect();
        let mut clients = Vec::new();
        for name in &names {
            clients.push(Client::connected(&hub, &[name]).await);
            publish(&hub, name, name).await;
        }
        store.set_hook(tokio::task::yield_now);
        store.watches().tell_all(&event);
        for (client, name) in clients.iter_mut().zip(&names) {
            assert_eq!(client.read_and_take().await, [&**name]);
        }
        let most = store.most_reads();
        assert!((2..=16).contains(&most), "{most} at a time");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hint_of_what_nobody_knows_is_ignored() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = Client::connected(&hub, &["a"]).await;
    for name in ["a", "b"] {
        let log = LogName::of_channel(&channel(name));
        store.watches().tell_all(&WatchEvent::Changed(log.clone()));
        store.watches().tell_all(&WatchEvent::Watching(log));
    }
    assert!(client.read_and_take().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_delays_and_loses_nothing() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut live = Client::connected(&hub, &["a"]).await;
    let mut late = Client::connected(&hub, &["a"]).await;
    late.read().await;
    late.disconnect();
    store.set_hints(HintMode::Lose);
    publish_all(&hub, "a", 1..=3).await;
    store.set_away(true);
    store.watches().tell_all(&WatchEvent::Lost);
    assert!(live.read_and_take().await.is_empty());
    some_time().await;
    some_time().await;
    assert!(
        live.read_and_take().await.is_empty(),
        "the stream stays open"
    );
    store.set_away(false);
    some_time().await;
    assert_eq!(live.read_and_take().await, numbers(1..=3));
    late.connect(&hub).await;
    assert_eq!(late.read_and_take().await, numbers(1..=3));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_is_an_error_of_a_subscription() {
    let store = TestStore::new();
    let hub = hub(&store);
    store.set_away(true);
    let mut client = Client::new(&["a"]);
    let subscription = client.subscription();
    let error = client.connect_with(&hub, subscription).await.unwrap_err();
    let text = "could not find out where the stream begins";
    assert_eq!(error.to_string(), text);
    store.set_away(false);
    client.connect(&hub).await;
    client.read().await;
    client.disconnect();
    publish_all(&hub, "a", 1..=2).await;
    // Another node, which has nothing in memory but where the log ends.
    let hub = crate::support::hub(&store);
    let _primed = Client::connected(&hub, &["a"]).await;
    store.set_away(true);
    let subscription = client.subscription();
    assert!(client.connect_with(&hub, subscription).await.is_err());
    store.set_away(false);
    client.connect(&hub).await;
    assert_eq!(client.read_and_take().await, numbers(1..=2));
}

#[tokio::test(start_paused = true)]
async fn several_nodes_over_one_store_deliver_everything() {
    let store = TestStore::new();
    let nodes = [hub(&store), hub(&store), hub(&store)];
    let mut clients = Vec::new();
    for node in &nodes {
        clients.push(Client::connected(node, &["a"]).await);
    }
    let modes = [
        HintMode::Pass,
        HintMode::Lose,
        HintMode::Double,
        HintMode::NameOnly,
    ];
    for number in 0..60 {
        store.set_hints(modes[number as usize / 5 % 4]);
        publish(&nodes[number as usize % 3], "a", number).await;
    }
    some_time().await;
    for client in &mut clients {
        assert_eq!(client.read_and_take().await, numbers(0..60));
    }
    // A client of one node comes back to another one.
    let mut client = clients.remove(0);
    client.disconnect();
    store.set_hints(HintMode::Pass);
    publish(&nodes[0], "a", 60).await;
    client.connect(&nodes[1]).await;
    publish(&nodes[2], "a", 61).await;
    assert_eq!(client.read_and_take().await, numbers(60..62));
}
