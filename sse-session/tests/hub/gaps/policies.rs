//! What is done about it.

use sse_codec::{Event, EventId, EventType};
use sse_session::{
    hub::{Hub, OnGap, ResumeFrom, StreamEndReason},
    store::GapReason,
};

use super::{away, come_back, gap};
use crate::support::{Client, TestStore, hub, publish, publish_all};

#[tokio::test(start_paused = true)]
async fn behind_a_gap_a_stream_may_go_on_with_the_head() {
    let store = TestStore::new();
    let builder = Hub::builder(store.clone()).with_resume_from(ResumeFrom::Head);
    let hub = builder
        .with_gap_event(EventType::from_static("missed"))
        .build()
        .unwrap();
    let mut live = Client::connected(&hub, &["a"]).await;
    let mut client = away(&hub).await;
    store.forget("a");
    publish_all(&hub, "a", 11..=13).await;
    let missed = gap("a", "epoch", "null").replace("gap", "missed");
    assert_eq!(come_back(&hub, &mut client).await, [&*missed]);
    assert_eq!(live.read_and_take().await, ["1", "2", "3", &*missed]);
    publish(&hub, "a", 14).await;
    assert_eq!(client.read_and_take().await, ["14"]);
    assert_eq!(live.read_and_take().await, ["14"]);

    let mut earliest = Client::new(&["a"]);
    earliest.set_last_event_id("garbage");
    let subscription = earliest
        .subscription()
        .with_resume_from(ResumeFrom::Earliest);
    earliest.connect_with(&hub, subscription).await.unwrap();
    let got = earliest.read_and_take().await;
    assert_eq!(got[1..], ["11", "12", "13", "14"]);
}

#[tokio::test(start_paused = true)]
async fn a_gap_may_end_the_stream_and_the_client_comes_back_behind_it() {
    let store = TestStore::new();
    let hub = Hub::builder(store.clone())
        .with_on_gap(OnGap::Close)
        .build()
        .unwrap();
    let mut client = away(&hub).await;
    store.forget("a");
    publish_all(&hub, "a", 11..=12).await;
    client.connect(&hub).await;
    assert!(!client.read().await, "it has ended");
    assert_eq!(client.subscriber().end(), Some(StreamEndReason::Gap));
    assert_eq!(client.take(), [gap("a", "epoch", "null")]);
    client.connect(&hub).await;
    assert!(client.read().await);
    assert_eq!(client.take(), ["11", "12"]);
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_comes_behind_the_gap_and_before_what_follows() {
    let store = TestStore::new();
    let state_hub = hub(&store);
    let on_gap = OnGap::snapshot(move |gap| {
        let hub = state_hub.clone();
        async move {
            assert_eq!(gap.reason(), GapReason::Epoch);
            publish(&hub, "a", 13).await;
            let state = EventType::from_static("state");
            let with_id = Event::builder("all").event_type(state.clone());
            let with_id = with_id.id(EventId::from(7)).build();
            vec![with_id, Event::builder("of it").event_type(state).build()]
        }
    });
    let builder = Hub::builder(store.clone()).with_resume_from(ResumeFrom::Head);
    let hub = builder.with_on_gap(on_gap).build().unwrap();
    let client = away(&hub).await;
    let id = client.last_event_id().unwrap();
    store.forget("a");
    publish_all(&hub, "a", 11..=12).await;
    let mut client = Client::new(&["a"]);
    client.set_last_event_id(id.as_str());
    client.connect(&hub).await;
    client.read().await;
    let ids: Vec<_> = client
        .seen
        .iter()
        .map(|seen| seen.last_event_id.clone())
        .collect();
    let got = client.take();
    let missed = gap("a", "epoch", "null");
    assert_eq!(got, [&*missed, "state all", "state of it", "13"]);
    // A client that is cut off before the end of the snapshot gets all of it again.
    assert_eq!([&*ids[0], &*ids[1]], [id.as_str(); 2]);
    let mut cut_off = Client::new(&["a"]);
    cut_off.set_last_event_id(&ids[2]);
    cut_off.connect(&hub).await;
    assert_eq!(cut_off.read_and_take().await, ["13"]);
}

#[tokio::test(start_paused = true)]
async fn gaps_are_values_too() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = away(&hub).await;
    store.forget("a");
    publish(&hub, "a", 11).await;
    client.connect(&hub).await;
    let mut gaps = Vec::new();
    while gaps.is_empty() {
        gaps.extend_from_slice(client.subscriber().next_batch().await.unwrap().gaps());
    }
    assert_eq!((gaps.len(), gaps[0].reason()), (1, GapReason::Epoch));
    assert_eq!(gaps[0].channel().as_str(), "a");
}
