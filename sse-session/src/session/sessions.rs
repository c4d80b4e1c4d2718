//! All sessions, as this node has them.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use sse_codec::Encode;
use tokio::runtime::Handle;

use super::{
    SessionAddress, SessionError, SessionId, SessionState, SessionsBuilder, record::ActiveFence,
    settings::Settings, waiting::Waiting,
};
#[cfg(feature = "inbox")]
use crate::observe::Observers;
use crate::{
    hub::{Hub, Identity, PublishOptions, Published},
    keeper::{Keeper, put},
    observe::SeenSessions,
    store::{Expect, LogName, Put, SessionStore, StoreError},
};

/// Sessions over the store of a hub. Clones are the same. See the [module](crate::session).
///
/// What is done in the background ends when the last clone and the last [`Attachment`](super::Attachment)
/// are dropped.
#[derive(Debug, Clone)]
#[must_use]
pub struct Sessions {
    pub(super) shared: Arc<Shared>,
}

/// What the sessions of a node and their attachments share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) hub: Hub,
    pub(super) settings: Arc<Settings>,
    pub(super) keeper: Keeper,
    pub(super) attached: AtomicUsize,
    pub(super) waiting: Waiting,
    /// `None` if nobody is told.
    pub(super) seen: Option<SeenSessions>,
}

/// So often a value is tried to be changed that others change at the same time.
pub(super) const MAX_CONFLICTS: usize = 1_000;

impl Sessions {
    /// Sessions over the store of a hub, to be set up.
    pub fn builder(hub: &Hub) -> SessionsBuilder {
        SessionsBuilder::new(hub.clone())
    }

    pub(super) fn new(hub: Hub, settings: Settings, runtime: &Handle) -> Self {
        let keeper = Keeper::new(Arc::clone(hub.store()), settings.interval(), runtime);
        let shared = Shared {
            seen: SeenSessions::new(hub.observers()),
            hub,
            settings: Arc::new(settings),
            keeper,
            attached: AtomicUsize::new(0),
            waiting: Waiting::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// What the session with this id is, for this identity.
    ///
    /// # Errors
    ///
    /// [`SessionError::Store`].
    pub async fn state(
        &self,
        id: &SessionId,
        identity: Option<&Identity>,
    ) -> Result<SessionState, SessionError> {
        let address = SessionAddress::new(id, identity);
        Ok(self.shared.look(address).await?.state)
    }

    /// Publishes an event to the client of one session. It is kept for when the client comes back, as the
    /// events of channels are, and no longer than it is [known](SessionState) what became of a session.
    ///
    /// # Errors
    ///
    /// [`SessionError::NotLive`]; [`SessionError::Publish`]; [`SessionError::Store`].
    ///
    /// # Cancellation
    ///
    /// As [`Hub::publish`].
    pub async fn publish(
        &self,
        address: SessionAddress,
        event: impl Encode,
    ) -> Result<Published, SessionError> {
        self.publish_with(address, event, PublishOptions::new())
            .await
    }

    /// As [`publish`](Self::publish), with a key that makes it repeatable, another retention, or a fence.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn publish_with(
        &self,
        address: SessionAddress,
        event: impl Encode,
        options: PublishOptions,
    ) -> Result<Published, SessionError> {
        self.shared.look(address).await?.live()?;
        let channel = address.channel();
        // A node that crashes cleans up behind none of its sessions, and neither does anybody behind one for which
        // no client ever came.
        let max_age = self.shared.settings.record_ttl();
        let options = options.with_oldest(self.shared.hub.retention(), max_age);
        let published = self.shared.hub.publish_with(&channel, event, options).await;
        published.map_err(|source| SessionError::Publish { source })
    }

    /// Closes a session: its stream ends, its client is told to stay away, what was published to it alone is
    /// gone. What it is from now on; `Closed`, unless it was something else already.
    ///
    /// # Errors
    ///
    /// [`SessionError::Store`], [`SessionError::Contended`]. The session may be closed nevertheless: its stream ends
    /// within about a minute then, or at once when this is done again.
    ///
    /// # Cancellation
    ///
    /// Dropped, the session is closed or not; its stream may go on for about a minute, and its log until its
    /// records are too old.
    pub async fn close(
        &self,
        id: &SessionId,
        identity: Option<&Identity>,
    ) -> Result<SessionState, SessionError> {
        let address = SessionAddress::new(id, identity);
        let Shared { settings, .. } = &*self.shared;
        let store = self.store();
        for _ in 0..MAX_CONFLICTS {
            let looked = self.shared.look(address).await?;
            let (mut record, revision) = match (looked.state, looked.record) {
                (SessionState::Live, Some(record)) => record,
                (SessionState::Closed, Some((record, _))) => {
                    // Maybe not to the end.
                    self.shared.finish_closing(address, record.active).await?;
                    return Ok(SessionState::Closed);
                }
                (state, _) => return Ok(state),
            };
            let active = record.active;
            record.closed = true;
            let (key, value) = (address.record_key(), record.to_bytes()?);
            let expect = Expect::Revision(revision);
            let ttl = Some(settings.record_ttl());
            if let Put::Conflict { .. } = put(&**store, &key, &value, expect, ttl).await? {
                continue;
            }
            if let Some(seen) = &self.shared.seen {
                seen.closed(address);
            }
            self.shared.finish_closing(address, active).await?;
            return Ok(SessionState::Closed);
        }
        Err(SessionError::Contended)
    }

    /// How many sessions are attached on this node.
    #[must_use]
    pub fn attached(&self) -> usize {
        self.shared.attached.load(Ordering::Relaxed)
    }

    #[cfg(feature = "inbox")]
    pub(crate) fn observers(&self) -> &Observers {
        self.shared.hub.observers()
    }

    #[cfg(feature = "service")]
    pub(crate) fn hub(&self) -> &Hub {
        &self.shared.hub
    }

    pub(crate) fn store(&self) -> &Arc<dyn SessionStore> {
        self.shared.keeper.store()
    }
}

impl Shared {
    /// Says that something has become of what this log is for. Only a hint: the store's times to live do without
    /// it.
    pub(super) async fn tell(&self, control: &LogName) {
        self.keeper.changed(control);
        let payload = bytes::Bytes::from_static(b"changed");
        _ = self.keeper.store().announce(control, payload).await;
    }

    /// What is to be done of a session that is closed. It may be done twice.
    async fn finish_closing(
        &self,
        address: SessionAddress,
        active: Option<ActiveFence>,
    ) -> Result<(), StoreError> {
        let store = self.keeper.store();
        store.remove(&address.lease_key(), Expect::Any).await?;
        self.trim_log(address).await?;
        let control = active.map_or_else(|| address.control(), |active| active.control());
        self.tell(&control).await;
        Ok(())
    }

    /// Nobody needs what was published to the session alone.
    pub(super) async fn trim_log(&self, address: SessionAddress) -> Result<(), StoreError> {
        let store = self.keeper.store();
        let log = LogName::of_channel(&address.channel());
        let heads = store.heads(core::slice::from_ref(&log)).await?;
        match heads.first() {
            Some(Some(head)) => store.trim(&log, head.offset, None).await,
            _ => Ok(()),
        }
    }
}
