//! Over a store that fails, hesitates and mixes up its hints by chance.

use core::time::Duration;

use sse_codec::Event;
use sse_session::{
    conformance::{FaultRates, Faults, FaultyStore},
    hub::{Hub, PublishOptions},
    memory::MemoryStore,
};

use crate::support::{Client, channel};

const HOUR: Duration = Duration::from_secs(3600);
const EVENTS: u32 = 60;

/// Publishes until it is known that it was, always with the same key.
async fn publish(hub: Hub, number: u32) {
    let event = Event::builder(number.to_string()).build();
    loop {
        let key = format!("key {number}");
        let options = PublishOptions::new().with_key(key, HOUR);
        if hub
            .publish_with(&channel("a"), &event, options)
            .await
            .is_ok()
        {
            return;
        }
    }
}

async fn connect(client: &mut Client, hub: &Hub) {
    loop {
        let subscription = client.subscription();
        if client.connect_with(hub, subscription).await.is_ok() {
            return;
        }
    }
}

async fn run(seed: u64, faults: &Faults) {
    let store = FaultyStore::new(MemoryStore::new(), faults.clone());
    let node = || {
        let builder = Hub::builder(store.clone()).with_ring(8, 1 << 16);
        builder.with_max_batch_bytes(200).build().unwrap()
    };
    let nodes = [node(), node()];
    let rates = FaultRates::default()
        .with_unavailable(150)
        .with_outcome_unknown(50)
        .with_delay(Duration::from_millis(20))
        .with_double(100)
        .with_reorder(200);
    faults.set_rates(seed, rates);
    let mut clients = Vec::new();
    for index in 0..6 {
        let mut client = Client::new(&["a"]);
        connect(&mut client, &nodes[index % 2]).await;
        client.read().await; // It has an id, so it can come back.
        clients.push(client);
    }
    for number in 0..EVENTS {
        publish(nodes[number as usize % 2].clone(), number).await;
        let index = number as usize % clients.len();
        match (number / 6 + index as u32) % 4 {
            0 => connect(&mut clients[index], &nodes[(number / 6) as usize % 2]).await,
            1 => _ = clients[index].read().await,
            2 if number % 24 == 2 => faults.lose_hints(),
            3 if number % 24 == 9 => faults.restore_hints(),
            _ => (),
        }
    }
    let expected: Vec<_> = (0..EVENTS).map(|number| number.to_string()).collect();
    for client in &mut clients {
        client.read_until_quiet(Duration::from_secs(60)).await;
        assert_eq!(client.take(), expected, "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn faults_delay_and_neither_lose_nor_double_nor_reorder() {
    let mut injected = 0;
    for seed in 0..40 {
        let faults = Faults::new();
        run(seed, &faults).await;
        injected += faults.injected();
    }
    assert!(injected > 10_000, "only {injected} faults");
}
