//! On several threads, in real time.

use core::time::Duration;

use sse_codec::Event;
use sse_session::{
    hub::{Hub, Subscription},
    memory::MemoryStore,
};
use tokio::time::timeout;

use crate::support::{Client, channel};

const PUBLISHERS: usize = 4;
const EVENTS: usize = 500;
/// Nobody waits for it if all is well.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reads until it has got the last event of each publisher, coming back now and then.
async fn read_all(hub: Hub, mut client: Client, comes_back_after: usize) -> Vec<String> {
    let mut got = Vec::new();
    let mut batches = 0;
    while got.len() < PUBLISHERS * EVENTS {
        let batch = timeout(PATIENCE, client.subscriber().next_batch()).await;
        let batch = batch.unwrap_or_else(|_| panic!("only {} events", got.len()));
        client.receive(batch.unwrap().into_bytes());
        got.extend(client.take());
        batches += 1;
        if batches % comes_back_after == 0 {
            client.connect(&hub).await;
        }
        tokio::task::yield_now().await;
    }
    got
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_subscribers_get_the_same_events_in_the_same_order() {
    let store = MemoryStore::new();
    let node = || {
        Hub::builder(store.clone())
            .with_ring(64, 1 << 20)
            .build()
            .unwrap()
    };
    let nodes = [node(), node()];
    let mut readers = Vec::new();
    for reader in 0..40 {
        let hub = nodes[reader % 2].clone();
        let client = Client::connected(&hub, &["a"]).await;
        // Before anything is published it is told where it stands, so it can come back at any time.
        readers.push(tokio::spawn(read_all(hub, client, 3 + reader)));
    }
    let mut publishers = Vec::new();
    for publisher in 0..PUBLISHERS {
        let hub = nodes[publisher % 2].clone();
        publishers.push(tokio::spawn(async move {
            for number in 0..EVENTS {
                let event = Event::builder(format!("{publisher} {number}"));
                hub.publish(&channel("a"), event).await.unwrap();
                if number % 7 == 0 {
                    tokio::task::yield_now().await;
                }
            }
        }));
    }
    for publisher in publishers {
        publisher.await.unwrap();
    }
    let mut all = Vec::new();
    for reader in readers {
        all.push(reader.await.unwrap());
    }
    for got in &all {
        assert_eq!(*got, all[0]);
    }
    for publisher in 0..PUBLISHERS {
        let prefix = format!("{publisher} ");
        let of_this = all[0].iter().filter_map(|data| data.strip_prefix(&prefix));
        let numbers: Vec<usize> = of_this.map(|number| number.parse().unwrap()).collect();
        assert_eq!(numbers, (0..EVENTS).collect::<Vec<_>>());
    }
}

/// Subscribing and leaving while events are published: whoever is subscribed gets the next one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_who_comes_and_goes_waits_forever() {
    let hub = Hub::builder(MemoryStore::new()).build().unwrap();
    let mut visitors = Vec::new();
    for _ in 0..20 {
        let hub = hub.clone();
        visitors.push(tokio::spawn(async move {
            for _ in 0..50 {
                let subscription = Subscription::to([channel("a"), channel("b")]);
                let mut subscriber = hub.subscribe(subscription).await.unwrap();
                subscriber.next_batch().await.unwrap();
                // What is published now is for this one.
                hub.publish(&channel("a"), Event::builder("x"))
                    .await
                    .unwrap();
                let next = timeout(PATIENCE, subscriber.next_batch()).await;
                assert!(next.expect("it comes").is_some());
            }
        }));
    }
    for visitor in visitors {
        visitor.await.unwrap();
    }
}
