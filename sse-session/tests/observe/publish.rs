//! What is published.

use core::time::Duration;

use sse_codec::{Event, EventId};
use sse_session::{
    conformance::{Fault, Faults, FaultyStore, Operation},
    hub::{PublishOptions, Subscription},
    memory::MemoryStore,
    observe::HubMetrics,
};

use crate::support::{Figures, channel, hub, pass, publish, read};

#[tokio::test(start_paused = true)]
async fn what_is_acknowledged_counts_by_durability_and_as_a_duplicate_if_it_is_one() {
    let (mut figures, observers) = Figures::new();
    let hub = hub(MemoryStore::new(), &observers);
    assert!(figures.moved().is_empty());
    publish(&hub, "a", "1").await;
    let once = [
        "publish_seconds [0.0]",
        "published_total{durability=memory,duplicate=false} 1",
    ];
    assert_eq!(figures.moved(), once);
    for duplicate in [false, true] {
        let key = PublishOptions::new().with_key("key", Duration::from_secs(60));
        let event = Event::builder("2");
        hub.publish_with(&channel("a"), event, key).await.unwrap();
        let count = format!("published_total{{durability=memory,duplicate={duplicate}}} 1");
        assert_eq!(figures.moved(), [once[0], &count]);
    }
    hub.announce(&channel("a"), Event::builder("3"))
        .await
        .unwrap();
    assert_eq!(figures.moved(), ["announced_total 1"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_counts_by_reason_and_attempts_count_as_one() {
    let (mut figures, observers) = Figures::new();
    let faults = Faults::new();
    let hub = hub(
        FaultyStore::new(MemoryStore::new(), faults.clone()),
        &observers,
    );
    let with_id = Event::builder("1").id(EventId::from(7));
    hub.publish(&channel("a"), with_id).await.unwrap_err();
    assert_eq!(figures.moved(), ["not_published_total{reason=refused} 1"]);

    for _ in 0..4 {
        faults.push(Operation::Append, Fault::Unavailable);
    }
    hub.publish(&channel("a"), Event::builder("2"))
        .await
        .unwrap_err();
    assert_eq!(
        figures.moved(),
        ["not_published_total{reason=unavailable} 1"]
    );
    faults.push(Operation::Announce, Fault::Unavailable);
    hub.announce(&channel("a"), Event::builder("2"))
        .await
        .unwrap_err();
    assert_eq!(
        figures.moved(),
        ["not_published_total{reason=unavailable} 1"]
    );

    let held = faults.hold(Operation::Append);
    let (_, ()) = tokio::join!(publish(&hub, "a", "3"), async {
        pass(2).await;
        drop(held);
    });
    let published = "published_total{durability=memory,duplicate=false} 1";
    assert_eq!(figures.moved(), ["publish_seconds [2.0]", published]);
}

#[tokio::test(start_paused = true)]
async fn channels_are_told_apart_by_the_prefixes_that_were_given() {
    let metrics = HubMetrics::new();
    let metrics = metrics
        .with_channel_prefix("orders/")
        .with_channel_prefix("chat/");
    let (mut figures, observers) = Figures::of(&metrics);
    let hub = hub(MemoryStore::new(), &observers);
    for name in ["orders/7", "orders/8", "chat/1", "secret"] {
        publish(&hub, name, "1").await;
    }
    let count = |channel, count| {
        format!("published_total{{channel={channel},durability=memory,duplicate=false}} {count}")
    };
    let expected = [count("chat/", 1), count("orders/", 2), count("other", 1)];
    assert_eq!(figures.moved_of(&["published_total"]), expected);
}

#[tokio::test(start_paused = true)]
async fn streams_are_open_until_they_are_dropped_also_if_they_have_ended() {
    let (mut figures, observers) = Figures::new();
    let hub = hub(MemoryStore::new(), &observers);
    let subscription = || Subscription::to([channel("a"), channel("b")]);
    let mut first = hub.subscribe(subscription()).await.unwrap();
    assert_eq!(figures.moved(), ["subscribers 1"]);
    let second = hub.subscribe(subscription()).await.unwrap().into_body();
    assert_eq!(figures.moved(), ["subscribers 2"]);
    hub.subscribe(Subscription::to([])).await.unwrap_err();
    assert_eq!(read(&mut first).await, 1);
    assert!(figures.moved().is_empty());
    drop((first, second));
    assert_eq!(figures.moved(), ["subscribers 0"]);
    assert!(figures.standing().is_empty());
}
