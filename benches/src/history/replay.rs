//! Replay: a client comes back and gets 100,000 events.

use std::time::Instant;

use sse_codec::LastEventId;
use sse_session::{
    Channel,
    hub::{Hub, Subscriber, Subscription},
    memory::MemoryStore,
};

use super::kept::Kept;
use crate::fanout::{
    cell::median,
    event::{data, event, last_number},
};

/// How many events are replayed.
pub const EVENTS: u64 = 100_000;

/// A replay.
#[derive(Debug)]
pub struct Replay {
    /// Where from.
    pub from: &'static str,
    /// The median.
    pub events_per_second: f64,
}

/// Replays from the ring and from each log, in turns.
///
/// # Panics
///
/// When an event is missing.
pub async fn run(logs: &[Kept], rounds: usize) -> Vec<Replay> {
    let ring = Ring::fill().await;
    let mut runs = vec![Vec::new(); logs.len() + 1];
    for _ in 0..rounds {
        runs[0].push(drained(&ring.hub, ring.all(), EVENTS).await);
        for (index, log) in logs.iter().enumerate() {
            let subscription = log.after(log.events - EVENTS);
            runs[index + 1].push(drained(&log.hub, subscription, log.events).await);
        }
    }
    let names = core::iter::once("ring").chain(logs.iter().map(|log| log.store));
    names
        .zip(runs)
        .map(|(from, runs)| Replay {
            from,
            events_per_second: median(runs),
        })
        .collect()
}

/// Events per second, of a subscription that has so many to come.
async fn drained(hub: &Hub, subscription: Subscription, last: u64) -> f64 {
    let start = Instant::now();
    let mut subscriber = hub.subscribe(subscription).await.expect("anybody may");
    read_until(&mut subscriber, last).await;
    EVENTS as f64 / start.elapsed().as_secs_f64()
}

/// Reads on until this event has come, without a gap.
///
/// # Panics
///
/// At a gap, or when the stream ends.
pub async fn read_until(subscriber: &mut Subscriber, last: u64) {
    loop {
        let batch = subscriber.next_batch().await.expect("it does not end");
        assert!(batch.gaps().is_empty(), "nothing is missing");
        if last_number(batch.as_bytes()).is_some_and(|number| number >= last) {
            return;
        }
    }
}

/// A channel with all of it in the ring.
struct Ring {
    hub: Hub,
    channel: Channel,
    first: LastEventId,
    /// Somebody is subscribed, or there would be no ring.
    _subscriber: Subscriber,
}

impl Ring {
    async fn fill() -> Self {
        let room = usize::try_from(EVENTS).unwrap_or(usize::MAX) + 1;
        let builder = Hub::builder(MemoryStore::new()).with_ring(room, 1 << 30);
        let hub = builder.build().expect("a runtime and randomness");
        let channel = Channel::try_from("prices").expect("a name");
        let subscription = Subscription::to([channel.clone()]);
        let mut subscriber = hub.subscribe(subscription).await.expect("anybody may");
        let mut first = None;
        for number in 0..=EVENTS {
            let published = hub.publish(&channel, event(&data(number))).await;
            first.get_or_insert(published.expect("there is room").id);
            if number == 0 {
                // A new log is read before its ring goes on with it.
                read_until(&mut subscriber, number).await;
            }
        }
        let first = first.expect("an event");
        Self {
            hub,
            channel,
            first: LastEventId::try_from(first.as_str().as_bytes()).expect("an id of ours"),
            _subscriber: subscriber,
        }
    }

    fn all(&self) -> Subscription {
        Subscription::to([self.channel.clone()]).after(self.first.clone())
    }
}
