//! Presence, as this node has it.

use core::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use tokio::time::Instant;

use super::{
    PresenceBuilder, PresenceChanges, PresenceError, PresenceGuard, PresenceView, Present,
    hold::PresenceHold,
    sets::Sets,
    watched::{Watched, Watching},
};
use crate::{
    Channel,
    hub::Hub,
    keeper::Keeper,
    observe::Observers,
    session::{Attachment, SessionAddress},
    store::{LogName, SetName},
};

/// Who is on which channel, over all nodes. Clones are the same. See the [module](crate::presence).
#[derive(Clone)]
#[must_use]
pub struct Presence {
    inner: Arc<Inner>,
}

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) ttl: Duration,
    pub(super) grace: Duration,
    pub(super) max_listed: usize,
}

pub(super) struct Inner {
    settings: Settings,
    /// Random: each presence in the store has another number of its own.
    next: AtomicU64,
    keeper: Keeper,
    observers: Observers,
    held: Mutex<HashMap<HeldKey, Held>>,
    watched: Mutex<HashMap<LogName, Watch>>,
}

type HeldKey = (SetName, SessionAddress);

struct Held {
    hold: Arc<PresenceHold>,
    number: u64,
    guards: usize,
    /// How often the last guard was dropped.
    drops: u64,
}

struct Watch {
    watched: Arc<Watched>,
    number: u64,
    watchers: usize,
}

impl Presence {
    /// Presence over the store of a hub, to be set up.
    pub fn builder(hub: &Hub) -> PresenceBuilder {
        PresenceBuilder::new(hub.clone())
    }

    pub(super) fn new(
        settings: Settings,
        random: u64,
        keeper: Keeper,
        observers: Observers,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                settings,
                next: AtomicU64::new(random),
                keeper,
                observers,
                held: Mutex::default(),
                watched: Mutex::default(),
            }),
        }
    }

    /// Shows a session on a channel, and its user by the key of its identity, as long as the guard is held: put it
    /// where the session's stream is.
    ///
    /// # Errors
    ///
    /// [`PresenceError`].
    ///
    /// # Cancellation
    ///
    /// Dropped, the session may be shown until its time is over.
    pub async fn join(
        &self,
        channel: &Channel,
        attachment: &Attachment,
    ) -> Result<PresenceGuard, PresenceError> {
        let user = attachment.identity().map(|identity| identity.key());
        self.join_as(channel, attachment.address(), user).await
    }

    /// As [`join`](Self::join), with another name of the user, such as one that others may see: up to
    /// [`Present::MAX_USER_BYTES`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn join_as(
        &self,
        channel: &Channel,
        session: SessionAddress,
        user: Option<&str>,
    ) -> Result<PresenceGuard, PresenceError> {
        let present = Present::new(session, user)?;
        let number = self.inner.next.fetch_add(1, Ordering::Relaxed);
        let member = present.to_member(number);
        let user = present.to_user();
        let sets = Sets::of(channel);
        let hold = PresenceHold::new(sets, session, member, user, self.inner.settings.ttl);
        let hold = self.inner.hold(hold);
        // From here on the guard takes it back, also if this is dropped.
        let guard = PresenceGuard::new(Arc::clone(&self.inner), Arc::clone(&hold));
        hold.join(&**self.inner.keeper.store()).await?;
        Ok(guard)
    }

    /// Who is present on a channel now.
    ///
    /// # Errors
    ///
    /// [`PresenceError::Store`].
    pub async fn look(&self, channel: &Channel) -> Result<PresenceView, PresenceError> {
        let store = self.inner.keeper.store();
        let sets = Sets::of(channel);
        Ok(sets.look(&**store, self.inner.settings.max_listed).await?)
    }

    /// Who comes and goes on a channel, from now on: at once where others tell, and with the next look if that
    /// was lost. However many watch, this node looks once.
    ///
    /// # Errors
    ///
    /// [`PresenceError::Store`].
    pub async fn watch(&self, channel: &Channel) -> Result<PresenceChanges, PresenceError> {
        let sets = Sets::of(channel);
        if let Some(changes) = self.inner.watch(&sets.control) {
            return Ok(changes);
        }
        let control = sets.control.clone();
        let view = self.look(channel).await?;
        Ok(Inner::watch_first(&self.inner, control, || {
            Watched::new(sets, self.inner.settings.max_listed, view)
        }))
    }

    /// How old what is shown may be, at most: those whose node has crashed are shown for so long.
    #[must_use]
    pub fn staleness(&self) -> Duration {
        self.inner.settings.ttl
    }
}

impl Inner {
    /// The first guard of a session here, or one more.
    fn hold(&self, hold: PresenceHold) -> Arc<PresenceHold> {
        let key = hold.key();
        let mut held = self.held.lock();
        if let Some(held) = held.get_mut(&key) {
            held.guards += 1;
            return Arc::clone(&held.hold);
        }
        let hold = Arc::new(hold);
        let number = self.keeper.keep(Arc::clone(&hold) as _);
        let first = Held {
            hold: Arc::clone(&hold),
            number,
            guards: 1,
            drops: 0,
        };
        held.insert(key, first);
        drop(held);
        self.observers.tell(|observer| observer.present());
        hold
    }

    /// Whoever has no guard any more, and gets none within the grace time, leaves.
    pub(super) fn dropped(self: &Arc<Self>, hold: &Arc<PresenceHold>) {
        let key = hold.key();
        let mut held = self.held.lock();
        let Some(of_this) = held.get_mut(&key) else {
            return;
        };
        of_this.guards -= 1;
        if of_this.guards > 0 {
            return;
        }
        of_this.drops += 1;
        let drops = of_this.drops;
        drop(held);
        let (presence, hold) = (Arc::downgrade(self), Arc::clone(hold));
        let store = Arc::clone(self.keeper.store());
        let leave = async move {
            let gone = presence
                .upgrade()
                .is_some_and(|presence| presence.forget(&key, drops));
            if gone {
                _ = hold.leave(&*store).await;
            }
        };
        let at = Instant::now() + self.settings.grace;
        self.keeper.later(at, Box::pin(leave));
    }

    /// Whether nobody has come back since it was dropped so often.
    fn forget(&self, key: &HeldKey, drops: u64) -> bool {
        let mut held = self.held.lock();
        let Some(of_this) = held.get(key) else {
            return false;
        };
        let gone = of_this.guards == 0 && of_this.drops == drops;
        if gone {
            self.keeper.forget(of_this.number);
            held.remove(key);
            drop(held);
            self.observers.tell(|observer| observer.absent());
        }
        gone
    }

    /// One more who watches what is watched already.
    fn watch(self: &Arc<Self>, control: &LogName) -> Option<PresenceChanges> {
        let mut watched = self.watched.lock();
        let watch = watched.get_mut(control)?;
        watch.watchers += 1;
        let watching = Watching::new(Arc::clone(self), control.clone());
        Some(PresenceChanges::new(watch.watched.views(), watching))
    }

    /// The first one who watches, unless another was faster.
    fn watch_first(
        self: &Arc<Self>,
        control: LogName,
        new: impl FnOnce() -> Watched,
    ) -> PresenceChanges {
        let mut watched = self.watched.lock();
        let watch = watched.entry(control.clone()).or_insert_with(|| {
            let watched = Arc::new(new());
            let number = self.keeper.keep(Arc::clone(&watched) as _);
            Watch {
                watched,
                number,
                watchers: 0,
            }
        });
        watch.watchers += 1;
        let views = watch.watched.views();
        drop(watched);
        // What was told before it was listened.
        self.keeper.changed(&control);
        let watching = Watching::new(Arc::clone(self), control);
        PresenceChanges::new(views, watching)
    }

    pub(super) fn watched_by_one_less(&self, control: &LogName) {
        let mut watched = self.watched.lock();
        let Some(watch) = watched.get_mut(control) else {
            return;
        };
        watch.watchers -= 1;
        if watch.watchers == 0 {
            self.keeper.forget(watch.number);
            watched.remove(control);
        }
    }
}

/// Whoever is held still is left to the times to live.
impl Drop for Inner {
    fn drop(&mut self) {
        for _ in self.held.get_mut().values() {
            self.observers.tell(|observer| observer.absent());
        }
    }
}

impl fmt::Debug for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presence")
            .field("settings", &self.inner.settings)
            .finish_non_exhaustive()
    }
}
