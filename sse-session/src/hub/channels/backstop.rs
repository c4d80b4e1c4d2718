//! What is done from time to time.

use std::sync::{Arc, Weak};

use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{hub::shared::Shared, store::LogName};

/// So many channels are asked for at once.
const BATCH: usize = 256;

/// Hints may be lost without anybody knowing: looks from time to time whether the heads of the logs
/// are those of the rings, and lets channels go that nobody needs.
pub(in crate::hub) async fn watch_over(shared: Weak<Shared>) {
    loop {
        let Some(time) = shared.upgrade().map(|shared| {
            let interval = shared.settings.check_interval;
            shared.random.about(interval)
        }) else {
            return;
        };
        sleep(time).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        shared
            .channels
            .sweep(Instant::now(), shared.settings.linger);
        // A task of its own, gone with this one: a store may panic.
        let mut look = JoinSet::new();
        look.spawn(async move { shared.check_heads().await });
        look.join_next().await;
    }
}

impl Shared {
    async fn check_heads(self: &Arc<Self>) {
        let mut channels = self.channels.all();
        channels.retain(|channel| channel.has_subscribers());
        for channels in channels.chunks(BATCH) {
            let logs: Vec<LogName> = channels.iter().map(|channel| channel.log.clone()).collect();
            // If the store is away, the next look is as good.
            let Ok(heads) = self.store.heads(&logs).await else {
                return;
            };
            for (channel, head) in channels.iter().zip(heads) {
                let same = match (channel.ring.tail(), head) {
                    (Some(tail), Some(head)) => tail == head,
                    (Some(tail), None) => tail.offset == 0,
                    (None, _) => true,
                };
                if !same {
                    self.catch_up(channel);
                }
            }
        }
    }
}
