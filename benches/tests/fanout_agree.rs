//! All that is measured brings the same events to all, and what does not is found.

use sse_benches::fanout::{
    agreement::{Disagreement, check, check_all},
    contender::Contender,
    contenders::{Broadcast, broadcast::BroadcastReader},
};

#[test]
fn all_contenders_bring_all_events_to_all() {
    assert_eq!(check_all(), Ok(()));
}

/// Brings the same event again in the place of another one.
struct Stutters(Broadcast);

impl Contender for Stutters {
    const NAME: &'static str = "stutters";
    type Reader = BroadcastReader;

    async fn open(burst: u64) -> Self {
        Self(Broadcast::open(burst).await)
    }

    async fn subscribe(&mut self) -> BroadcastReader {
        self.0.subscribe().await
    }

    async fn publish(&self, number: u64) {
        self.0.publish(if number == 70 { 69 } else { number }).await;
    }
}

/// Leaves an event out.
struct Forgets(Broadcast);

impl Contender for Forgets {
    const NAME: &'static str = "forgets";
    type Reader = BroadcastReader;

    async fn open(burst: u64) -> Self {
        Self(Broadcast::open(burst).await)
    }

    async fn subscribe(&mut self) -> BroadcastReader {
        self.0.subscribe().await
    }

    async fn publish(&self, number: u64) {
        if number != 70 {
            self.0.publish(number).await;
        }
    }
}

#[test]
fn one_that_brings_another_event_is_rejected() {
    let contender = "stutters";
    assert_eq!(check::<Stutters>(), Err(Disagreement { contender, at: 70 }));
}

#[test]
fn one_that_leaves_an_event_out_is_rejected() {
    let contender = "forgets";
    assert_eq!(check::<Forgets>(), Err(Disagreement { contender, at: 70 }));
}
