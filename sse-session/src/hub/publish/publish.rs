//! Publishing and announcing.

use sse_codec::Encode;
use tokio::time::Instant;

use super::{PublishError, PublishOptions, Published, event_block::event_block};
use crate::{
    Channel,
    hub::Hub,
    observe::Origin,
    store::{Append, LogName, StoreError},
};

impl Hub {
    /// Publishes an event on a channel, for whoever is subscribed on any node and for those who
    /// come back. It is encoded once.
    ///
    /// The acknowledgement says how safe it is; nobody is shown an event before it is that safe.
    ///
    /// # Errors
    ///
    /// [`PublishError`]. If the store is unavailable it is tried again first, up to 4 times
    /// ([`HubBuilder::with_max_attempts`](crate::hub::HubBuilder::with_max_attempts)), 50 ms later
    /// and then twice as late each time. If it is not known whether the store has taken it, it is
    /// tried again only with a key ([`publish_with`](Self::publish_with)), because else it might be
    /// published twice; without one, or when all attempts were in vain,
    /// [`PublishError::is_outcome_unknown`]: publish it again with the same key, which is safe as
    /// long as the key's window lasts.
    ///
    /// # Cancellation
    ///
    /// Dropped, the event is published or is not.
    pub async fn publish(
        &self,
        channel: &Channel,
        event: impl Encode,
    ) -> Result<Published, PublishError> {
        self.publish_with(channel, event, PublishOptions::new())
            .await
    }

    /// As [`publish`](Self::publish), with a key that makes it repeatable, or another retention.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn publish_with(
        &self,
        channel: &Channel,
        event: impl Encode,
        options: PublishOptions,
    ) -> Result<Published, PublishError> {
        let observers = self.observers();
        let asked = (!observers.is_empty()).then(Instant::now);
        let published = self.append_event(channel, event, options, asked).await;
        if let Some(asked) = asked {
            let took = asked.elapsed();
            observers.tell(|observer| match &published {
                Ok(published) => observer.published(channel, published, took),
                Err(error) => observer.not_published(channel, error),
            });
        }
        published
    }

    async fn append_event(
        &self,
        channel: &Channel,
        event: impl Encode,
        options: PublishOptions,
        asked: Option<Instant>,
    ) -> Result<Published, PublishError> {
        let shared = self.shared();
        let payload = event_block(&event, self.max_event_bytes())?;
        drop(event);
        if let Some(key) = &options.key {
            let bytes = key.key.len();
            if !(1..=64).contains(&bytes) {
                return Err(PublishError::InvalidKey { bytes });
            }
        }
        let bytes = payload.len();
        let log = LogName::of_channel(channel);
        let mut append = Append::new(payload, shared.random.tag());
        append.key = options.key;
        append.fence = options.fence;
        append.retention = options.retention.unwrap_or(shared.settings.retention);
        if asked.is_some()
            && let Some(active) = shared.channels.get(&log)
        {
            active.note_arrival(append.tag, Origin::Here, asked);
        }
        let appended = shared.append(&log, append).await;
        let appended = appended.map_err(|source| refused(source, bytes))?;
        let codec = &shared.settings.codec;
        Ok(Published {
            id: codec.encode(&[(codec.label(channel), appended.position)]),
            position: appended.position,
            duplicate: appended.duplicate,
            durability: appended.durability,
        })
    }

    /// Sends an event to those who are subscribed now, and keeps it nowhere: it has no id, nobody
    /// gets it later, and one that is lost is no gap. For what is worth nothing in a second, such
    /// as that somebody is typing.
    ///
    /// # Errors
    ///
    /// [`PublishError`]; it is tried once.
    pub async fn announce(
        &self,
        channel: &Channel,
        event: impl Encode,
    ) -> Result<(), PublishError> {
        let announced = self.announce_event(channel, event).await;
        self.observers().tell(|observer| match &announced {
            Ok(()) => observer.announced(channel),
            Err(error) => observer.not_published(channel, error),
        });
        announced
    }

    async fn announce_event(
        &self,
        channel: &Channel,
        event: impl Encode,
    ) -> Result<(), PublishError> {
        let payload = event_block(&event, self.max_event_bytes())?;
        drop(event);
        let bytes = payload.len();
        let log = LogName::of_channel(channel);
        let announced = self.shared().store.announce(&log, payload).await;
        announced.map_err(|source| refused(source, bytes))
    }

    fn max_event_bytes(&self) -> usize {
        let shared = self.shared();
        let of_store = shared.store.capabilities().max_payload_bytes;
        shared.settings.max_event_bytes.min(of_store)
    }
}

fn refused(source: StoreError, bytes: usize) -> PublishError {
    match source {
        StoreError::TooLarge { max_bytes } => PublishError::TooLarge { bytes, max_bytes },
        source => PublishError::Store { source },
    }
}
