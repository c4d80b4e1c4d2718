//! What a client is told that is there.

use super::gap;
use crate::support::{Client, HintMode, TestStore, hub, publish, publish_all, some_time};

#[tokio::test(start_paused = true)]
async fn live_streams_are_told_when_the_log_is_another_one() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut fast = Client::connected(&hub, &["a"]).await;
    let mut slow = Client::connected(&hub, &["a"]).await;
    publish_all(&hub, "a", 1..=3).await;
    fast.read().await;
    store.renew();
    publish_all(&hub, "a", 11..=12).await;
    let expected = ["1", "2", "3", &*gap("a", "epoch", "null"), "11", "12"];
    assert_eq!(fast.read_and_take().await, expected);
    store.take_reads();
    assert_eq!(slow.read_and_take().await, expected);
    assert_eq!(store.take_reads(), 0, "all of it was in the ring");
    publish(&hub, "a", 13).await;
    assert_eq!(slow.read_and_take().await, ["13"]);
}

/// Without a reconnect nothing comes twice.
#[tokio::test(start_paused = true)]
async fn live_streams_do_not_get_again_what_both_lineages_have() {
    for (lost, published) in [(2, 0), (2, 1), (2, 2), (1, 3), (3, 1)] {
        let store = TestStore::new();
        let hub = hub(&store);
        publish(&hub, "a", 0).await;
        let mut client = Client::connected(&hub, &["a"]).await;
        publish_all(&hub, "a", 1..=3).await;
        client.read().await;
        store.rewind("a", lost);
        store.set_hints(HintMode::Lose);
        publish_all(&hub, "a", 11..=10 + published).await;
        some_time().await;
        let got = client.read_and_take().await;
        let reason = if published as usize >= lost {
            "forked"
        } else {
            "rewound"
        };
        let mut expected: Vec<_> = ["1", "2", "3"].map(ToOwned::to_owned).into();
        expected.push(gap("a", reason, "null"));
        expected.extend((11..=10 + published).map(|number| number.to_string()));
        assert_eq!(got, expected, "{lost} lost, {published} published");
        client.connect(&hub).await;
        assert!(client.read_and_take().await.is_empty());
        client.connect(&self::hub(&store)).await;
        assert!(client.read_and_take().await.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_log_that_is_gone_is_told_to_live_streams() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = Client::connected(&hub, &["a"]).await;
    publish(&hub, "a", 1).await;
    client.read().await;
    store.renew();
    some_time().await;
    assert_eq!(
        client.read_and_take().await,
        ["1", &*gap("a", "unknown", "null")]
    );
    publish(&hub, "a", 2).await;
    assert_eq!(client.read_and_take().await, ["2"]);
    some_time().await;
    client.connect(&hub).await;
    assert!(client.read_and_take().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn hints_lost_over_more_than_is_kept_are_a_gap_for_all() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = Client::connected(&hub, &["a"]).await;
    publish(&hub, "a", 1).await;
    client.read().await;
    store.set_hints(HintMode::Lose);
    publish_all(&hub, "a", 2..=600).await;
    store.keep("a", 400);
    some_time().await;
    let got = client.read_and_take().await;
    assert_eq!(got[..3], ["1", &*gap("a", "trimmed", "199"), "201"]);
    assert_eq!(
        got.len(),
        2 + 400,
        "all that is kept, though the ring is smaller"
    );
}
