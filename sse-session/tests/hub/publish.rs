//! Publishing, and what can go wrong.

use core::time::Duration;

use sse_codec::{Event, EventId};
use sse_session::{
    hub::{Hub, PublishError, PublishOptions},
    memory::MemoryStore,
    store::{Durability, Retention, StoreError},
};

use crate::support::{Client, Failure, TestStore, channel, hub};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_names_position_and_durability() {
    let hub = Hub::builder(MemoryStore::new()).build().unwrap();
    let published = hub
        .publish(&channel("a"), Event::builder("1"))
        .await
        .unwrap();
    assert_eq!(published.durability, Durability::Memory);
    assert_eq!((published.position.offset, published.duplicate), (1, false));
}

#[tokio::test(start_paused = true)]
async fn with_a_key_an_event_is_published_once() {
    let hub = hub(&TestStore::new());
    let mut client = Client::connected(&hub, &["a"]).await;
    let publish = async |data: &str| {
        let options = PublishOptions::new().with_key("key", HOUR);
        let event = Event::builder(data.to_owned());
        hub.publish_with(&channel("a"), event, options)
            .await
            .unwrap()
    };
    let first = publish("1").await;
    let again = publish("2").await;
    assert_eq!((first.duplicate, again.duplicate), (false, true));
    assert_eq!(first.id, again.id);
    assert_eq!(client.read_and_take().await, ["1"]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_published_is_refused() {
    let hub = Hub::builder(TestStore::new())
        .with_max_event_bytes(20)
        .build()
        .unwrap();
    let refused = async |event: Event| {
        let error = hub.publish(&channel("a"), &event).await.unwrap_err();
        let same = hub.announce(&channel("a"), &event).await.unwrap_err();
        assert_eq!(error.to_string(), same.to_string());
        error.to_string()
    };
    let with_id = Event::builder("x").id(EventId::from(1)).build();
    let text = "an event with an id of its own cannot be published";
    assert_eq!(refused(with_id).await, text);
    let large = Event::builder("x".repeat(20)).build();
    assert_eq!(refused(large).await, "an event of 28 bytes, more than 20");
    for key in [vec![], vec![0; 65]] {
        let options = PublishOptions::new().with_key(key, HOUR);
        let event = Event::builder("x");
        let error = hub.publish_with(&channel("a"), event, options).await;
        assert!(matches!(error, Err(PublishError::InvalidKey { .. })));
    }
}

#[tokio::test(start_paused = true)]
async fn the_retention_of_a_channel_is_the_publishers() {
    let store = TestStore::new();
    let hub = hub(&store);
    for number in 0..10 {
        let options = PublishOptions::new().with_retention(Retention::records(3));
        let event = Event::builder(number.to_string());
        hub.publish_with(&channel("a"), event, options)
            .await
            .unwrap();
    }
    assert_eq!(store.tamper("a", |log| log.records.len()), 3);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_for_a_moment_is_tried_again() {
    let store = TestStore::new();
    let hub = hub(&store);
    store.fail_appends(&[Failure::Unavailable; 3]);
    hub.publish(&channel("a"), Event::builder("1"))
        .await
        .unwrap();
    store.fail_appends(&[Failure::Unavailable; 4]);
    let error = hub
        .publish(&channel("a"), Event::builder("2"))
        .await
        .unwrap_err();
    let unavailable = StoreError::Unavailable { source: None };
    let PublishError::Store { source } = &error else {
        panic!("{error}");
    };
    assert_eq!(source.to_string(), unavailable.to_string());
    assert!(!error.is_outcome_unknown());
    assert_eq!(store.tamper("a", |log| log.records.len()), 1);
}

/// Else it might be published twice.
#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_tried_again_only_with_a_key() {
    for failure in [Failure::UnknownAndDone, Failure::UnknownAndNotDone] {
        let store = TestStore::new();
        let hub = hub(&store);
        store.fail_appends(&[failure; 2]);
        let error = hub
            .publish(&channel("a"), Event::builder("1"))
            .await
            .unwrap_err();
        assert!(error.is_outcome_unknown());
        assert_eq!(store.failures_left(), 1);

        let options = PublishOptions::new().with_key("key", HOUR);
        let event = Event::builder("2");
        let published = hub
            .publish_with(&channel("b"), event, options)
            .await
            .unwrap();
        assert_eq!(published.duplicate, failure == Failure::UnknownAndDone);
        assert_eq!(store.tamper("b", |log| log.records.len()), 1);
    }
}

/// What the last attempt says is true of that attempt only.
#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_stays_unknown() {
    let store = TestStore::new();
    let hub = Hub::builder(store.clone())
        .with_max_attempts(2)
        .build()
        .unwrap();
    store.fail_appends(&[Failure::UnknownAndDone, Failure::Unavailable]);
    let options = PublishOptions::new().with_key("key", HOUR);
    let published = hub
        .publish_with(&channel("a"), Event::builder("1"), options)
        .await;
    assert!(published.unwrap_err().is_outcome_unknown());
}
