//! A session that is held for its client.

use core::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::atomic::Ordering,
    task::{Context, Poll},
};
use std::sync::Arc;

use sse_codec::Encode;
use tokio::time::{Instant, Sleep, sleep_until};

#[cfg(feature = "inbox")]
use super::lease::Lease;
use super::{
    AttachmentEnd, SessionAddress, SessionStream, Sessions, attachment_end::Over, hold::Hold,
};
use crate::{
    Channel,
    hub::{Identity, PublishError, PublishOptions, Published, SubscribeError, Subscription},
    store::{Fence, StoreError},
};

/// A session that is held for its client, until it is dropped or [over](AttachmentEnd). It is renewed in the
/// background. Dropped, the session is detached: it waits for its client.
#[must_use]
pub struct Attachment {
    sessions: Sessions,
    hold: Arc<Hold>,
    number: u64,
    identity: Option<Identity>,
    /// For the deadline; made when it is waited for.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Attachment {
    pub(super) fn new(
        sessions: Sessions,
        hold: Arc<Hold>,
        number: u64,
        identity: Option<Identity>,
    ) -> Self {
        sessions.shared.attached.fetch_add(1, Ordering::Relaxed);
        if let Some(seen) = &sessions.shared.seen {
            seen.attached(hold.address);
        }
        Self {
            sessions,
            hold,
            number,
            identity,
            timer: None,
        }
    }

    /// The session.
    #[must_use]
    pub fn address(&self) -> SessionAddress {
        self.hold.address
    }

    /// What holds as long as nobody has taken this over: for whatever the store is to do for this attachment
    /// only, such as [publishing](PublishOptions::with_fence). On a user's active device it is the device's, which all
    /// its sessions have; else it is this attachment's.
    #[must_use]
    pub fn fence(&self) -> Fence {
        self.hold.fence()
    }

    /// Whose it is.
    #[must_use]
    pub const fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// For what is done beside the stream.
    #[cfg(feature = "inbox")]
    pub(crate) fn lease(&self) -> Lease {
        Lease::new(Arc::clone(&self.hold))
    }

    /// Why it is over, if it is, as far as this node knows.
    #[must_use]
    pub fn over(&self) -> Option<AttachmentEnd> {
        self.hold.over()
    }

    /// Waits until it is over. It may be dropped and waited for again.
    pub async fn ended(&mut self) -> AttachmentEnd {
        poll_fn(|cx| self.poll_over(cx)).await.end
    }

    /// The client's stream: of these channels, up to 15, and of what is published to the session alone. It is the
    /// session's identity that subscribes.
    ///
    /// Of the session's own events a client gets all that it has not seen. No channel need be named:
    /// `Subscription::to([])`.
    ///
    /// # Errors
    ///
    /// As [`Hub::subscribe`](crate::hub::Hub::subscribe); the session is detached then.
    ///
    /// # Cancellation
    ///
    /// Dropped, the session is detached.
    pub async fn stream(self, subscription: Subscription) -> Result<SessionStream, SubscribeError> {
        let mut subscription = subscription.and(self.address().channel());
        if let Some(identity) = &self.identity {
            subscription = subscription.with_identity(identity.clone());
        }
        let subscriber = self.sessions.shared.hub.subscribe(subscription).await?;
        Ok(SessionStream::new(self, subscriber))
    }

    /// Publishes an event on behalf of the client, if this is not over: with its [fence](Self::fence).
    ///
    /// # Errors
    ///
    /// As [`Hub::publish_with`](crate::hub::Hub::publish_with), with [`StoreError::Fenced`] if it is over.
    pub async fn publish(
        &self,
        channel: &Channel,
        event: impl Encode,
        options: PublishOptions,
    ) -> Result<Published, PublishError> {
        if self.over().is_some() {
            let source = StoreError::Fenced;
            return Err(PublishError::Store { source });
        }
        let options = options.with_fence(self.fence());
        let hub = &self.sessions.shared.hub;
        hub.publish_with(channel, event, options).await
    }

    /// As dropping it, and waits until the store knows how long the session is to wait for its client.
    ///
    /// # Errors
    ///
    /// The store's; the session is detached all the same.
    pub async fn detach(self) -> Result<(), StoreError> {
        let (sessions, hold) = (self.sessions.clone(), Arc::clone(&self.hold));
        drop(self);
        let Fence { key, revision } = hold.lease();
        let idle = sessions.shared.settings.idle;
        sessions.store().extend(key, *revision, idle).await?;
        Ok(())
    }

    /// Looks whether it is over, and if not, is woken when it is.
    pub(super) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<Over> {
        loop {
            let (over, deadline) = self.hold.poll_over(cx);
            let (Poll::Pending, Some(deadline)) = (&over, deadline) else {
                return over;
            };
            // The deadline moves with each renewal: the timer looks at it again when it fires.
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            timer.as_mut().reset(deadline);
        }
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        let shared = &self.sessions.shared;
        shared.attached.fetch_sub(1, Ordering::Relaxed);
        if let Some(seen) = &shared.seen {
            seen.detached(self.hold.address, self.hold.over());
        }
        shared.keeper.forget(self.number);
        let (store, hold) = (Arc::clone(shared.keeper.store()), Arc::clone(&self.hold));
        let idle = shared.settings.idle;
        let detach = async move {
            let Fence { key, revision } = hold.lease();
            _ = store.extend(key, *revision, idle).await;
        };
        shared.keeper.later(Instant::now(), Box::pin(detach));
        shared.look_later(self.hold.address);
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("over", &self.over())
            .finish_non_exhaustive()
    }
}
