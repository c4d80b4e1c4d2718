//! A subscriber.

use core::time::Duration;
use std::{collections::HashSet, sync::Arc};

use sse_session::hub::{EventIds, SubscribeError, Subscription};
use tokio::time::sleep;

use super::{client::Client, run::Shared};
use crate::history::{FINAL, Seen};

/// How long a client waits before it tries again.
const RETRY: Duration = Duration::from_millis(30);

/// Follows its channels, from node to node, until it has seen the last event of each; and records all of it.
pub(super) async fn run(number: usize, shared: Arc<Shared>, mut random: fastrand::Rng) {
    let all = shared.channels.iter().cloned().enumerate();
    // Two of three have one channel, and ids of their own on all events.
    let channels: Vec<_> = match number % 3 {
        2 => all.collect(),
        _ => all.skip(number % shared.channels.len()).take(1).collect(),
    };
    let mut open: HashSet<usize> = channels.iter().map(|(number, _)| *number).collect();
    let mut client = Client::new(channels);
    // Of those that have both, some get an id with the last event of a batch only, and duplicates.
    let event_ids = match number % 2 {
        0 => EventIds::PerBatch,
        _ => EventIds::Each,
    };
    while !open.is_empty() {
        let hub = &shared.hubs[random.usize(..shared.hubs.len())];
        let subscription = Subscription::to(client.channels())
            .after(client.last_event_id())
            .with_event_ids(event_ids);
        let mut stream = match hub.subscribe(subscription).await {
            Ok(stream) => stream,
            Err(SubscribeError::Store { .. }) => {
                sleep(RETRY).await;
                continue;
            }
            Err(error) => panic!("{error:?}"),
        };
        if let Some(connected) = client.connected() {
            shared.saw(number, connected);
        }
        let mut batches = random.u32(5..100);
        while let Some(batch) = stream.next_batch().await {
            let mut bytes = batch.into_bytes();
            batches -= 1;
            if batches == 1 {
                // It is slow, so that more comes at once.
                sleep(Duration::from_millis(random.u64(..100))).await;
            }
            if batches == 0 {
                // The connection is lost somewhere in the middle.
                bytes.truncate(random.usize(..=bytes.len()));
            }
            client.receive(bytes, |seen| {
                if let Seen::Event {
                    channel,
                    event: FINAL,
                    ..
                } = &seen
                {
                    open.remove(channel);
                }
                shared.saw(number, seen);
            });
            if batches == 0 || open.is_empty() {
                break;
            }
        }
        drop(stream);
        if random.bool() {
            // It is away for a while, and misses some.
            sleep(Duration::from_millis(random.u64(..150))).await;
        }
    }
}
