//! Opening a stream.

use std::sync::Arc;

use super::{
    SubscribeError, Subscriber, Subscription,
    feed::Feed,
    fetch::{Wanted, fetch_once},
};
use crate::{
    hub::{Decision, Hub, Identity, channels::Attachment, log::UNKNOWN, settings::StreamSettings},
    observe::Replay,
    store::{Position, ReadLimit},
};

impl Hub {
    /// A stream of what is published on some channels.
    ///
    /// It is opened when the authorizer has agreed, each channel is watched, and it is known where
    /// to begin: whatever is published after that comes.
    ///
    /// # Errors
    ///
    /// [`SubscribeError`]. Never because of a last event ID, whatever it is: that is a gap.
    ///
    /// # Cancellation
    ///
    /// Dropped, there is no stream.
    pub async fn subscribe(
        &self,
        subscription: Subscription,
    ) -> Result<Subscriber, SubscribeError> {
        let attachments = self.attachments(&subscription).await?;
        for attachment in &attachments {
            self.shared().prime(&attachment.channel).await?;
        }
        let settings = self.stream_settings(&subscription);
        let feeds = self.feeds(attachments, &subscription, &settings).await?;
        self.observers().tell(|observer| observer.subscribed());
        Ok(Subscriber::new(self.clone(), settings, feeds))
    }

    /// Whether somebody may subscribe to that, without doing it.
    ///
    /// # Errors
    ///
    /// As [`subscribe`](Self::subscribe), but for the store's.
    #[cfg(feature = "service")]
    pub(crate) async fn check(&self, subscription: &Subscription) -> Result<(), SubscribeError> {
        self.attachments(subscription).await.map(drop)
    }

    async fn attachments(
        &self,
        subscription: &Subscription,
    ) -> Result<Vec<Attachment>, SubscribeError> {
        let Subscription {
            channels, identity, ..
        } = subscription;
        if channels.is_empty() {
            return Err(SubscribeError::NoChannel);
        }
        if channels.len() > Subscription::MAX_CHANNELS {
            return Err(SubscribeError::TooManyChannels {
                max_channels: Subscription::MAX_CHANNELS,
            });
        }
        let mut attachments = Vec::with_capacity(channels.len());
        for channel in channels {
            let mut attachment = self.shared().attach(channel);
            self.authorize(&mut attachment, identity.as_ref()).await?;
            attachments.push(attachment);
        }
        Ok(attachments)
    }

    /// The grant is held before the authorizer is asked, so that a revocation in between is not
    /// missed.
    async fn authorize(
        &self,
        attachment: &mut Attachment,
        identity: Option<&Identity>,
    ) -> Result<(), SubscribeError> {
        let authorizer = &self.shared().settings.authorizer;
        if attachment.channel.name.is_reserved() {
            return Ok(());
        }
        if authorizer.is_none() && identity.is_none() {
            return Ok(());
        }
        let channel = &attachment.channel;
        let grant = channel.grants.grant(identity.cloned());
        if let Some(authorizer) = authorizer {
            let decision = authorizer.authorize(identity, &channel.name).await;
            let decision = decision.map_err(|source| SubscribeError::Authorizer { source })?;
            if decision == Decision::Deny || grant.is_revoked() {
                return Err(SubscribeError::Forbidden {
                    channel: channel.name.clone(),
                });
            }
        }
        attachment.grant = Some(grant);
        Ok(())
    }

    fn stream_settings(&self, subscription: &Subscription) -> Arc<StreamSettings> {
        let defaults = self.stream_defaults();
        let own = subscription.on_gap.is_some()
            || subscription.resume_from.is_some()
            || subscription.on_lag.is_some()
            || subscription.event_ids.is_some();
        if !own {
            return Arc::clone(defaults);
        }
        let mut settings = StreamSettings::clone(defaults);
        if let Some(on_gap) = &subscription.on_gap {
            settings.on_gap = on_gap.clone();
        }
        settings.resume_from = subscription.resume_from.unwrap_or(settings.resume_from);
        settings.on_lag = subscription.on_lag.unwrap_or(settings.on_lag);
        settings.event_ids = subscription.event_ids.unwrap_or(settings.event_ids);
        Arc::new(settings)
    }

    /// Each channel where it begins. What the ring does not have is read once here, so that a store
    /// that is away is an error of the request and not of its stream.
    async fn feeds(
        &self,
        attachments: Vec<Attachment>,
        subscription: &Subscription,
        settings: &StreamSettings,
    ) -> Result<Vec<Feed>, SubscribeError> {
        let labels: Vec<_> = attachments
            .iter()
            .map(|attachment| attachment.channel.label)
            .collect();
        let seen: Vec<Option<Position>> = match &subscription.after {
            None => vec![None; labels.len()],
            Some(id) => {
                let codec = &self.shared().settings.codec;
                let seen = codec.decode_or(id, &labels, Some(UNKNOWN));
                let unknown = seen.iter().all(Option::is_none);
                if unknown {
                    vec![Some(UNKNOWN); labels.len()]
                } else {
                    seen
                }
            }
        };
        let mut feeds = Vec::with_capacity(attachments.len());
        for (attachment, seen) in attachments.into_iter().zip(seen) {
            let position = match seen {
                Some(position) => position,
                None => {
                    self.beginning(&attachment, subscription.from_earliest)
                        .await?
                }
            };
            let mut feed = Feed::new(attachment, position);
            let mut replay = Replay::Hit;
            if !feed.join() {
                let wanted = Wanted {
                    max_bytes: settings.max_batch_bytes / labels.len(),
                    ..feed.wanted(settings)
                };
                let channel = &feed.attachment().channel;
                let fetched = fetch_once(self.shared(), channel, wanted).await?;
                replay = fetched.replay();
                feed.fetched(fetched);
            }
            if seen.is_some() {
                let channel = &feed.attachment().channel.name;
                self.observers()
                    .tell(|observer| observer.returned(channel, replay));
            }
            feeds.push(feed);
        }
        Ok(feeds)
    }

    /// Where a client begins that is new to a channel.
    async fn beginning(
        &self,
        attachment: &Attachment,
        from_earliest: bool,
    ) -> Result<Position, SubscribeError> {
        let channel = &attachment.channel;
        if from_earliest || channel.name.is_reserved() {
            let one = ReadLimit {
                max_records: 1,
                max_bytes: 1,
            };
            return Ok(self.shared().earliest(&channel.log, one).await?.0);
        }
        match channel.ring.tail() {
            Some(tail) => Ok(tail),
            None => Ok(self.shared().head(&channel.log).await?),
        }
    }
}
