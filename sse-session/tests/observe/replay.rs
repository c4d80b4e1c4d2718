//! What somebody finds who comes back.

use sse_codec::LastEventId;
use sse_session::{
    hub::{Hub, Subscription},
    memory::MemoryStore,
    store::Retention,
};

use crate::support::{Figures, channel, hub_with, publish, read};

const REPLAY: &[&str] = &[
    "replay",
    "gaps",
    "delivery",
    "subscriber_lag",
    "subscribers_fell",
];

async fn published(hub: &Hub, events: usize) -> Vec<LastEventId> {
    let mut ids = Vec::new();
    for data in 0..events {
        let id = publish(hub, "a", &data.to_string()).await.id;
        ids.push(LastEventId::try_from(id.as_str().as_bytes()).unwrap());
    }
    ids
}

/// What moves when somebody comes back with this id, and reads.
async fn returned(hub: &Hub, figures: &mut Figures, id: Option<LastEventId>) -> Vec<String> {
    let subscription = Subscription::to([channel("a")]).after(id);
    let mut stream = hub.subscribe(subscription).await.unwrap();
    read(&mut stream).await;
    figures.moved_of(REPLAY)
}

#[tokio::test(start_paused = true)]
async fn a_return_is_a_hit_a_read_or_a_miss_and_what_is_replayed_is_not_late() {
    let (mut figures, observers) = Figures::new();
    let hub = hub_with(MemoryStore::new(), &observers, |hub| {
        hub.with_ring(4, 1 << 20)
            .with_retention(Retention::records(8))
    });
    publish(&hub, "a", "first").await;
    let _first = hub
        .subscribe(Subscription::to([channel("a")]))
        .await
        .unwrap();
    let ids = published(&hub, 20).await;
    figures.moved();

    assert!(
        returned(&hub, &mut figures, None).await.is_empty(),
        "is new"
    );
    let three = returned(&hub, &mut figures, ids.get(16).cloned()).await;
    let hit = "replays_total{outcome=hit} 1";
    let from_ring = "replayed_events_total{from=ring} 3";
    assert_eq!(three, [from_ring, hit, "subscriber_lag_events [3.0]"]);
    let nothing = returned(&hub, &mut figures, ids.last().cloned()).await;
    assert_eq!(nothing, [hit]);

    let read = returned(&hub, &mut figures, ids.get(13).cloned()).await;
    let six = [
        "replay_reads_total 1",
        "replayed_events_total{from=store} 6",
        "replays_total{outcome=read} 1",
    ];
    assert_eq!(read, six);

    let miss = returned(&hub, &mut figures, ids.first().cloned()).await;
    let eight = [
        "gaps_total{reason=trimmed} 1",
        "replay_reads_total 1",
        "replayed_events_total{from=store} 8",
        "replays_total{outcome=miss} 1",
    ];
    assert_eq!(miss, eight);
    let unknown = LastEventId::try_from(b"none of ours".as_slice()).unwrap();
    let miss = returned(&hub, &mut figures, Some(unknown)).await;
    assert_eq!(miss[0], "gaps_total{reason=unknown} 1");
    assert_eq!(miss.last().unwrap(), "replays_total{outcome=miss} 1");
}
