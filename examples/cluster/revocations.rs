//! What was taken from whom, on all nodes.
//!
//! The store has it, so that whoever comes back is refused by any node; and it is told on a channel that each node
//! follows, so that streams that are open lose it at once. A node that is told too late asks again by itself
//! (`HubBuilder::with_recheck`).

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};
use sse_codec::{Decoder, Event, Item};
use sse_session::Channel;
use sse_session::hub::{Hub, Identity, Subscriber, Subscription};
use sse_session::store::{Append, LogName, SessionStore};

use crate::BoxError;

/// What each node follows.
pub(crate) const CHANNEL: &str = "nodes/revocations";

/// What was taken from whom. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Revocations {
    store: Arc<dyn SessionStore>,
}

impl Revocations {
    pub(crate) fn new(store: Arc<dyn SessionStore>) -> Self {
        Self { store }
    }

    /// Whether a user has lost a channel.
    pub(crate) async fn has(&self, user: &Identity, on: &Channel) -> Result<bool, BoxError> {
        let heads = self.store.heads(&[log(user, on)?]).await?;
        Ok(heads.iter().any(Option::is_some))
    }

    /// Takes a channel from a user, and tells all nodes.
    pub(crate) async fn add(
        &self,
        hub: &Hub,
        user: &Identity,
        on: &Channel,
    ) -> Result<(), BoxError> {
        let tag = fastrand::u32(1..);
        self.store
            .append(&log(user, on)?, Append::new(Bytes::new(), tag))
            .await?;
        let told = json!({ "user": user.key(), "channel": &**on });
        hub.publish(
            &Channel::try_from(CHANNEL)?,
            Event::builder(told.to_string()),
        )
        .await?;
        Ok(())
    }
}

/// That a user has lost a channel is a log that is not empty.
fn log(user: &Identity, on: &Channel) -> Result<LogName, BoxError> {
    let name = format!("revoked/{}/{}", user.key(), &**on);
    Ok(LogName::of_channel(&Channel::try_from(&*name)?))
}

/// Does on this node what is told on any, from now on.
///
/// # Errors
///
/// The channel cannot be subscribed to now.
pub(crate) async fn follow(hub: Hub) -> Result<(), BoxError> {
    let channel = Channel::try_from(CHANNEL)?;
    let mut told = hub.subscribe(Subscription::to([channel.clone()])).await?;
    tokio::spawn(async move {
        loop {
            // What cannot be read, or a store that is away for long: soon again.
            let _ = obey(&hub, told).await;
            told = loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let again = Subscription::to([channel.clone()]);
                if let Ok(told) = hub.subscribe(again).await {
                    break told;
                }
            };
        }
    });
    Ok(())
}

async fn obey(hub: &Hub, mut told: Subscriber) -> Result<(), BoxError> {
    let mut decoder = Decoder::new();
    while let Some(batch) = told.next_batch().await {
        let mut bytes = &batch.as_bytes()[..];
        while let Some(item) = decoder.decode(&mut bytes)? {
            let Item::Event(event) = item.to_item() else {
                continue;
            };
            let told: Value = serde_json::from_str(event.data())?;
            let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
            if let Ok(channel) = Channel::try_from(&*text("channel")) {
                hub.revoke(&Identity::new(text("user")), &channel);
            }
        }
    }
    Ok(())
}
