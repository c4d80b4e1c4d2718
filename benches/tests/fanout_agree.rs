//! All that is measured brings the same events to all, and what does not is found.

use bytes::Bytes;
use sse_benches::fanout::{
    agreement::{Disagreement, check, check_all},
    contender::{Contender, Reader},
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

/// Says that it has got an event that it has not.
struct Boasts(Broadcast);

struct BoastingReader(BroadcastReader);

impl Contender for Boasts {
    const NAME: &'static str = "boasts";
    type Reader = BoastingReader;

    async fn open(burst: u64) -> Self {
        Self(Broadcast::open(burst).await)
    }

    async fn subscribe(&mut self) -> BoastingReader {
        BoastingReader(self.0.subscribe().await)
    }

    async fn publish(&self, number: u64) {
        self.0.publish(number).await;
    }
}

impl Reader for BoastingReader {
    async fn next_frame(&mut self) -> Bytes {
        self.0.next_frame().await
    }

    fn newest(&mut self, frame: &Bytes) -> u64 {
        self.0.newest(frame) + 1
    }
}

#[test]
fn one_that_brings_another_event_is_rejected() {
    let contender = "stutters";
    assert_eq!(check::<Stutters>(), Err(Disagreement { contender, at: 70 }));
}

#[test]
fn one_that_says_too_early_that_it_has_all_is_rejected() {
    // The last event is not waited for.
    let contender = "boasts";
    assert_eq!(check::<Boasts>(), Err(Disagreement { contender, at: 192 }));
}
