//! The inbox.

use core::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::{runtime::Handle, sync::oneshot, task::JoinSet};

use super::{
    Accepted, InboxBuilder, InboxError, InboxHandler, Message,
    holders::{Hints, Holders, watch_over},
    rate_limiter::RateLimiter,
    settings::{Handling, Settings},
    turns::Turns,
};
use crate::{
    hub::Identity,
    session::{SessionAddress, SessionId, SessionState, Sessions},
    store::{LogName, SessionStore, StoreError, Watch},
};

/// The inboxes of all sessions, as this node has them. Clones are the same. See the [module](crate::inbox).
///
/// When the last clone is dropped, handlers that run are dropped, as if the node had failed: at the holder, whoever
/// takes the session next handles those messages again.
#[derive(Clone)]
#[must_use]
pub struct Inbox {
    owner: Arc<Owner>,
}

struct Owner {
    shared: Arc<Shared>,
}

/// What an inbox and its tasks share.
pub(super) struct Shared {
    pub(super) sessions: Sessions,
    pub(super) store: Arc<dyn SessionStore>,
    pub(super) handler: Arc<dyn InboxHandler>,
    pub(super) settings: Settings,
    pub(super) holders: Holders,
    /// Never taken by a hint.
    pub(super) watch: Mutex<Option<Box<dyn Watch>>>,
    rate: Option<RateLimiter>,
    turns: Arc<Turns>,
    runtime: Handle,
    /// `None` once the inbox is gone.
    tasks: Mutex<Option<JoinSet<()>>>,
}

impl Inbox {
    /// Messages are handled by the node that holds the session's stream, in order, each at least once, whatever
    /// nodes fail.
    pub fn at_holder(sessions: &Sessions, handler: impl InboxHandler) -> InboxBuilder {
        InboxBuilder::new(sessions, handler, Handling::AtHolder)
    }

    /// Messages are handled by the node that receives them, before they are acknowledged: for handlers that keep
    /// nothing.
    pub fn at_receiver(sessions: &Sessions, handler: impl InboxHandler) -> InboxBuilder {
        InboxBuilder::new(sessions, handler, Handling::AtReceiver)
    }

    pub(super) fn new(
        sessions: Sessions,
        handler: Arc<dyn InboxHandler>,
        settings: Settings,
        runtime: Handle,
    ) -> Self {
        let store = Arc::clone(sessions.store());
        let shared = Arc::new_cyclic(|shared| Shared {
            watch: Mutex::new(Some(store.watch(Arc::new(Hints::new(shared.clone()))))),
            sessions,
            store,
            handler,
            holders: Holders::default(),
            rate: settings.rate.map(RateLimiter::new),
            turns: Arc::default(),
            runtime,
            tasks: Mutex::new(Some(JoinSet::new())),
            settings,
        });
        if shared.settings.handling == Handling::AtHolder {
            shared.spawn(watch_over(Arc::downgrade(&shared)));
        }
        let owner = Arc::new(Owner { shared });
        Self { owner }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.owner.shared
    }

    /// How long the body of a message may be.
    #[must_use]
    pub fn max_message_bytes(&self) -> usize {
        self.shared().max_message_bytes()
    }

    /// Takes a message of a session's client. On whatever node; of one session they are taken in the order in which
    /// this is called on a node.
    ///
    /// At the holder it is acknowledged once the store has it; on the receiving node, once it was handled.
    ///
    /// # Errors
    ///
    /// [`InboxError`]. Whatever it is, the client may send the message again with the same key.
    ///
    /// # Cancellation
    ///
    /// Dropped, the message is accepted or not. A handler that has begun goes on.
    pub async fn push(
        &self,
        session: &SessionId,
        identity: Option<&Identity>,
        message: Message,
    ) -> Result<Accepted, InboxError> {
        let pushed = self.take(session, identity, message).await;
        let observers = self.shared().sessions.observers();
        observers.tell(|observer| observer.message((&pushed).into()));
        pushed
    }

    async fn take(
        &self,
        session: &SessionId,
        identity: Option<&Identity>,
        message: Message,
    ) -> Result<Accepted, InboxError> {
        let shared = self.shared();
        let bytes = message.body.len();
        let max_bytes = shared.max_message_bytes();
        if bytes > max_bytes {
            return Err(InboxError::TooLarge { bytes, max_bytes });
        }
        let state = shared.sessions.state(session, identity).await?;
        if state != SessionState::Live {
            return Err(InboxError::NotLive { state });
        }
        let address = SessionAddress::new(session, identity);
        if let Some(rate) = &shared.rate {
            rate.check(&address)
                .map_err(|wait| InboxError::RateReached { wait })?;
        }
        let place = shared.turns.line_up(address, shared.settings.max_messages);
        let turn = place.ok_or_else(|| shared.full())?.turn().await;
        match shared.settings.handling {
            Handling::AtHolder => shared.append(address, message).await,
            Handling::AtReceiver => {
                let (done, outcome) = oneshot::channel();
                let (shared, identity) = (Arc::clone(shared), identity.cloned());
                let spawner = Arc::clone(&shared);
                spawner.spawn(async move {
                    let outcome = shared.handle_here(address, identity, message).await;
                    drop(turn);
                    // Whoever waited may be gone.
                    _ = done.send(outcome);
                });
                let closed = StoreError::Closed;
                outcome.await.unwrap_or(Err(closed.into()))
            }
        }
    }

    /// Throws away what waits for a session, because it was closed.
    ///
    /// # Errors
    ///
    /// The store's.
    ///
    /// # Cancellation
    ///
    /// Dropped, it is done or not.
    pub async fn clear(&self, session: SessionAddress) -> Result<(), StoreError> {
        let Shared { store, .. } = &**self.shared();
        let log = log(session);
        match store.heads(core::slice::from_ref(&log)).await?.first() {
            Some(Some(head)) => store.trim(&log, head.offset, None).await,
            _ => Ok(()),
        }
    }
}

impl Shared {
    fn max_message_bytes(&self) -> usize {
        let of_store = self.store.capabilities().max_payload_bytes;
        let of_store = of_store.saturating_sub(super::record::Record::MAX_OVERHEAD);
        self.settings.max_message_bytes.min(of_store)
    }

    pub(super) const fn full(&self) -> InboxError {
        InboxError::Full {
            max_messages: self.settings.max_messages,
            max_bytes: self.settings.max_bytes,
        }
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(tasks) = &mut *self.tasks.lock() {
            while tasks.try_join_next().is_some() {}
            tasks.spawn_on(task, &self.runtime);
        }
    }
}

/// Where a session's messages wait.
pub(super) fn log(session: SessionAddress) -> LogName {
    LogName::of_kind("inbox", &crate::session::text(&session.to_bytes()))
}

impl Drop for Owner {
    fn drop(&mut self) {
        let tasks = self.shared.tasks.lock().take();
        drop(tasks);
        let watch = self.shared.watch.lock().take();
        drop(watch);
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox")
            .field("handler", &self.shared().handler)
            .field("settings", &self.shared().settings)
            .finish_non_exhaustive()
    }
}
