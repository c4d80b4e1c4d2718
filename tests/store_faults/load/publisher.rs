//! A publisher.

use core::{sync::atomic::Ordering, time::Duration};
use std::sync::Arc;

use sse_codec::Event;
use sse_session::{
    hub::{Hub, PublishError, PublishOptions, Published},
    store::StoreError,
};
use tokio::time::sleep;

use super::run::Shared;
use crate::history::{EventName, Outcome, Publish};

/// Longer than any run.
const WINDOW: Duration = Duration::from_secs(3_600);

/// Which event a record is.
pub(super) fn event_of(payload: &[u8]) -> EventName {
    let text = core::str::from_utf8(payload).unwrap();
    let (_, data) = text.split_once("data: ").expect("an event of ours");
    let mut numbers = data.split_ascii_whitespace().skip(1);
    let mut number = || numbers.next().expect("data of ours");
    (number().parse().unwrap(), number().parse().unwrap())
}

pub(super) async fn publish(
    shared: &Shared,
    hub: &Hub,
    channel: usize,
    event: EventName,
    keyed: bool,
) -> Result<Published, PublishError> {
    let options = if keyed {
        let (publisher, number) = event;
        PublishOptions::new().with_key(format!("{publisher} {number}"), WINDOW)
    } else {
        PublishOptions::new()
    };
    let event = Event::builder(shared.data(channel, event));
    let name = &shared.channels[channel];
    hub.publish_with(name, event, options).await
}

/// Publishes in bursts until it is told to stop, and records what it is told. Every other one has keys, and repeats what is
/// not known.
pub(super) async fn run(number: usize, shared: Arc<Shared>, mut random: fastrand::Rng) {
    let channel = number % shared.channels.len();
    let keyed = number % 4 < 2;
    let mut next = 0;
    while !shared.stop.load(Ordering::Relaxed) {
        let burst = match shared.pause.load(Ordering::Relaxed) {
            true => 0,
            false => random.u32(1..12),
        };
        for _ in 0..burst {
            let event = (number, next);
            next += 1;
            let outcome = publish_once(&shared, channel, event, keyed, &mut random).await;
            shared.published(Publish {
                channel,
                event,
                outcome,
            });
        }
        sleep(Duration::from_millis(random.u64(20..120))).await;
    }
}

async fn publish_once(
    shared: &Shared,
    channel: usize,
    event: EventName,
    keyed: bool,
    random: &mut fastrand::Rng,
) -> Outcome {
    let mut unknown = false;
    loop {
        // On any node, also when it is repeated.
        let hub = shared.writer(event.0, random);
        match publish(shared, hub, channel, event, keyed).await {
            Ok(published) => return Outcome::Acknowledged(published.position),
            Err(error) if error.is_outcome_unknown() => unknown = true,
            Err(PublishError::Store {
                source: StoreError::Unavailable { .. },
            }) => {}
            Err(error) => panic!("{error:?}"),
        }
        match (unknown, keyed) {
            (false, _) => return Outcome::Refused,
            (true, true) if !shared.stop.load(Ordering::Relaxed) => shared.was_unknown(),
            (true, _) => return Outcome::Unknown,
        }
    }
}
