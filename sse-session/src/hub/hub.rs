//! The hub.

use core::fmt;
use std::sync::Arc;

use super::{HubBuilder, Identity, channels::Attachment, settings::StreamSettings, shared::Shared};
use crate::{
    Channel,
    observe::Observers,
    store::{LogName, Retention, SessionStore},
};

/// Channels over a store. Clones are the same hub. See the [module](crate::hub).
///
/// What it does in the background ends when the last clone is dropped and with it the last
/// [`Subscriber`](super::Subscriber), each of which holds one.
#[derive(Clone)]
#[must_use]
pub struct Hub {
    owner: Arc<Owner>,
}

struct Owner {
    shared: Arc<Shared>,
    /// As most streams have them.
    streams: Arc<StreamSettings>,
}

impl Hub {
    /// A hub over a store, to be set up.
    pub fn builder(store: impl SessionStore) -> HubBuilder {
        HubBuilder::new(Arc::new(store))
    }

    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let streams = Arc::new(shared.settings.streams.clone());
        let owner = Arc::new(Owner { shared, streams });
        Self { owner }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.owner.shared
    }

    pub(crate) fn store(&self) -> &Arc<dyn SessionStore> {
        &self.shared().store
    }

    /// What channels keep.
    pub(crate) fn retention(&self) -> Retention {
        self.shared().settings.retention
    }

    pub(crate) fn observers(&self) -> &Observers {
        &self.shared().settings.observers
    }

    pub(super) fn stream_defaults(&self) -> &Arc<StreamSettings> {
        &self.owner.streams
    }

    /// Ends the channel in all streams that this identity has on **this node**: none of them sends
    /// another event or id of it, and one that has no other channel ends. Whether there was one.
    ///
    /// First see to it that the authorizer says no, or the client is back at once. Other nodes have
    /// to be told by the application; or let the hubs [ask again](super::HubBuilder::with_recheck).
    pub fn revoke(&self, identity: &Identity, channel: &Channel) -> bool {
        let identity = Some(identity.clone());
        self.shared()
            .revoke(&identity, &LogName::of_channel(channel))
    }
}

impl Shared {
    pub(super) fn attach(&self, channel: &Channel) -> Attachment {
        let Self { settings, .. } = self;
        self.channels
            .attach(channel, &settings.codec, settings.ring)
    }

    pub(super) fn revoke(&self, identity: &Option<Identity>, log: &LogName) -> bool {
        let Some(channel) = self.channels.get(log) else {
            return false;
        };
        let revoked = channel.grants.revoke(identity);
        self.wake(&channel);
        revoked
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shared.tasks.end();
        self.shared.channels.end();
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("store", &format_args!("{}", self.shared().store))
            .finish_non_exhaustive()
    }
}
