//! What a client is told that comes back.

use super::{away, come_back, gap, nodes};
use crate::support::{Client, TestStore, hub, publish, publish_all, some_time};

#[tokio::test(start_paused = true)]
async fn trimmed() {
    let store = TestStore::new();
    let hub = hub(&store);
    let client = away(&hub).await;
    publish_all(&hub, "a", 4..=10).await;
    store.keep("a", 3);
    let id = client.last_event_id().unwrap();
    for node in nodes(&store, hub).await {
        let mut client = Client::new(&["a"]);
        client.set_last_event_id(id.as_str());
        let got = come_back(&node, &mut client).await;
        assert_eq!(got, [&*gap("a", "trimmed", "4"), "8", "9", "10"]);
    }
    store.set_contiguous(false);
    let mut client = Client::new(&["a"]);
    client.set_last_event_id(id.as_str());
    let got = come_back(&self::hub(&store), &mut client).await;
    assert_eq!(got[0], gap("a", "trimmed", "null"));
}

#[tokio::test(start_paused = true)]
async fn no_gap_at_the_edge_of_what_is_kept() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = away(&hub).await;
    publish_all(&hub, "a", 4..=10).await;
    store.keep("a", 7);
    for _ in 0..3 {
        some_time().await;
    }
    let got = come_back(&self::hub(&store), &mut client).await;
    assert_eq!(got, ["4", "5", "6", "7", "8", "9", "10"]);
    store.keep("a", 0);
    let got = come_back(&self::hub(&store), &mut client).await;
    assert!(got.is_empty(), "it has seen all of it");
}

#[tokio::test(start_paused = true)]
async fn epoch() {
    let store = TestStore::new();
    let hub = hub(&store);
    let client = away(&hub).await;
    for renew in [TestStore::renew, |store: &TestStore| store.forget("a")] {
        renew(&store);
        publish_all(&hub, "a", 21..=25).await;
        let mut client_of_this = Client::new(&["a"]);
        client_of_this.set_last_event_id(client.last_event_id().unwrap().as_str());
        let got = come_back(&self::hub(&store), &mut client_of_this).await;
        assert_eq!(
            got,
            [&*gap("a", "epoch", "null"), "21", "22", "23", "24", "25"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn unknown() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = away(&hub).await;
    store.renew();
    let node = self::hub(&store);
    let got = come_back(&node, &mut client).await;
    assert_eq!(got, [gap("a", "unknown", "null")], "the log is not there");
    publish(&node, "a", 31).await;
    assert_eq!(client.read_and_take().await, ["31"]);

    for id in [
        "garbage",
        "AAAA",
        &"x".repeat(100_000),
        "\u{1f980}",
        "Last-Event-ID",
    ] {
        for channels in [&["a"][..], &["a", "b"][..]] {
            let mut client = Client::new(channels);
            client.set_last_event_id(id);
            let mut got = come_back(&node, &mut client).await;
            let mut expected = vec![gap("a", "unknown", "null"), "31".to_owned()];
            if channels.len() > 1 {
                expected.push(gap("b", "unknown", "null"));
                got.sort_by_key(|it| it.contains(r#""b""#));
            }
            assert_eq!(got, expected, "{} bytes of id", id.len());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn rewound_and_forked() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = away(&hub).await;
    store.rewind("a", 2);
    let got = come_back(&self::hub(&store), &mut client).await;
    assert_eq!(got, [&*gap("a", "rewound", "null"), "1"]);

    let mut client = away(&self::hub(&store)).await;
    store.rewind("a", 2);
    let node = self::hub(&store);
    publish_all(&node, "a", 12..=14).await;
    let got = come_back(&node, &mut client).await;
    assert_eq!(
        got,
        [&*gap("a", "forked", "null"), "1", "1", "12", "13", "14"]
    );
}

/// A client that is cut off right behind a gap comes back without another one, and before it with.
#[tokio::test(start_paused = true)]
async fn the_id_of_a_gap_is_where_to_resume() {
    let store = TestStore::new();
    let hub = hub(&store);
    for channels in [&["a"][..], &["a", "b"][..]] {
        store.forget("a");
        let mut client = Client::connected(&hub, channels).await;
        publish_all(&hub, "a", 1..=9).await;
        client.read().await;
        client.disconnect();
        client.take();
        store.forget("a");
        publish_all(&hub, "a", 11..=13).await;
        let node = self::hub(&store);
        let mut whole = Client::new(channels);
        whole.set_last_event_id(client.last_event_id().unwrap().as_str());
        whole.connect(&node).await;
        let mut bytes = Vec::new();
        while bytes.windows(8).all(|window| window != b"data: 13") {
            bytes.extend(whole.subscriber().next_batch().await.unwrap().into_bytes());
        }
        for cut in 0..=bytes.len() {
            let mut cut_off = Client::new(channels);
            cut_off.set_last_event_id(client.last_event_id().unwrap().as_str());
            cut_off.receive(bytes[..cut].to_vec().into());
            let mut got = cut_off.take();
            cut_off.connect(&node).await;
            got.extend(cut_off.read_and_take().await);
            if channels.len() == 1 {
                let expected = [&*gap("a", "epoch", "null"), "11", "12", "13"];
                assert_eq!(got, expected, "cut at {cut}");
            } else {
                assert!(got.contains(&gap("a", "epoch", "null")));
                assert_eq!(&got[got.len() - 3..], ["11", "12", "13"], "cut at {cut}");
            }
        }
    }
}

/// A client that has seen the empty channel, and whose store is another one now.
#[tokio::test(start_paused = true)]
async fn who_has_seen_nothing_is_told_too_that_something_is_missing() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = Client::connected(&hub, &["a"]).await;
    client.read().await;
    client.disconnect();
    publish_all(&hub, "a", 1..=2).await;
    store.renew();
    let node = self::hub(&store);
    publish(&node, "a", 3).await;
    let got = come_back(&node, &mut client).await;
    assert_eq!(got, [&*gap("a", "epoch", "null"), "3"]);

    let mut client = Client::connected(&node, &["b"]).await;
    client.read().await;
    client.disconnect();
    publish_all(&node, "b", 1..=9).await;
    store.keep("b", 2);
    for _ in 0..3 {
        some_time().await;
    }
    let got = come_back(&node, &mut client).await;
    assert_eq!(got, [&*gap("b", "trimmed", "7"), "8", "9"]);
}
