//! What is not kept.

use sse_codec::{Event, EventType};
use sse_session::hub::Hub;

use crate::support::{Client, TestStore, channel, hub, publish};

async fn announce(hub: &Hub, name: &str, data: &str) {
    let event = Event::builder(data).event_type(EventType::from_static("typing"));
    hub.announce(&channel(name), event).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_announcement_reaches_who_is_there_and_nobody_else() {
    let store = TestStore::new();
    let (hub, other_node) = (hub(&store), hub(&store));
    let mut here = Client::connected(&hub, &["a"]).await;
    let mut of_several = Client::connected(&hub, &["a", "b"]).await;
    let mut elsewhere = Client::connected(&other_node, &["a"]).await;
    announce(&hub, "a", "ann").await;
    let mut late = Client::connected(&hub, &["a"]).await;
    publish(&hub, "a", 1).await;
    for client in [&mut here, &mut of_several, &mut elsewhere] {
        assert_eq!(client.read_and_take().await, ["typing ann", "1"]);
    }
    assert_eq!(late.read_and_take().await, ["1"]);
    announce(&hub, "nobody is there", "ann").await;
}

#[tokio::test(start_paused = true)]
async fn an_announcement_has_no_id_and_is_not_replayed() {
    let hub = hub(&TestStore::new());
    for channels in [&["a"][..], &["a", "b"][..]] {
        let mut client = Client::connected(&hub, channels).await;
        publish(&hub, "a", 1).await;
        client.read().await;
        let id = client.last_event_id();
        announce(&hub, "a", "ann").await;
        assert_eq!(client.read_and_take().await, ["1", "typing ann"]);
        assert_eq!(client.last_event_id(), id);
        client.disconnect();
        announce(&hub, "a", "bob").await;
        publish(&hub, "a", 2).await;
        client.connect(&hub).await;
        assert_eq!(client.read_and_take().await, ["2"]);
    }
}

/// In a batch of several channels the id stands on the last record, not on an announcement behind
/// it.
#[tokio::test(start_paused = true)]
async fn an_announcement_takes_no_id_from_a_record() {
    let hub = hub(&TestStore::new());
    let mut client = Client::connected(&hub, &["a", "b"]).await;
    publish(&hub, "a", 0).await;
    client.read_and_take().await;
    let before = client.last_event_id();
    publish(&hub, "a", 1).await;
    announce(&hub, "a", "ann").await;
    client.read().await;
    let ids: Vec<_> = client
        .seen
        .iter()
        .map(|seen| seen.last_event_id.clone())
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(Some(&*ids[0]), before.as_ref().map(|id| id.as_str()));
    client.take();
    client.disconnect();
    publish(&hub, "a", 2).await;
    client.connect(&hub).await;
    assert_eq!(client.read_and_take().await, ["2"]);
}

#[tokio::test(start_paused = true)]
async fn announcements_that_are_missed_are_no_gap() {
    let store = TestStore::new();
    let hub = Hub::builder(store.clone())
        .with_ring(4, 1 << 20)
        .build()
        .unwrap();
    let mut client = Client::connected(&hub, &["a"]).await;
    publish(&hub, "a", 1).await;
    client.read().await;
    for _ in 0..20 {
        announce(&hub, "a", "ann").await;
    }
    store.take_reads();
    publish(&hub, "a", 2).await;
    assert_eq!(client.read_and_take().await, ["1", "2"]);
    assert_eq!(store.take_reads(), 0, "no record was missing");
}
