//! Sessions that wait for their clients.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use parking_lot::Mutex;
use tokio::time::Instant;

use super::{SessionAddress, sessions::Shared};
use crate::{keeper::Work, observe::SeenSession};

/// When each session should have expired that was left on this node: it is looked at once then, however often
/// it was left.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    until: Mutex<HashMap<SessionAddress, Instant>>,
}

impl Waiting {
    /// Whether nobody looks at it yet.
    fn put(&self, session: SessionAddress, until: Instant) -> bool {
        self.until.lock().insert(session, until).is_none()
    }

    /// It is looked at now; or at this time, because it was left once more.
    fn take(&self, session: SessionAddress, now: Instant) -> Result<(), Instant> {
        let mut waiting = self.until.lock();
        match waiting.entry(session) {
            Entry::Occupied(entry) if *entry.get() > now => Err(*entry.get()),
            Entry::Occupied(entry) => {
                entry.remove();
                Ok(())
            }
            Entry::Vacant(_) => Ok(()),
        }
    }
}

impl Shared {
    /// A session waits from now on: looks at it when it should have expired.
    pub(super) fn look_later(self: &Arc<Self>, session: SessionAddress) {
        let until = Instant::now() + self.settings.idle + self.settings.interval();
        if self.waiting.put(session, until) {
            self.keeper.later(until, self.look_at(session));
        }
    }

    fn look_at(self: &Arc<Self>, session: SessionAddress) -> Work {
        let shared = Arc::downgrade(self);
        Box::pin(async move {
            let Some(shared) = shared.upgrade() else {
                return;
            };
            if let Err(until) = shared.waiting.take(session, Instant::now()) {
                let again = shared.look_at(session);
                shared.keeper.later(until, again);
                return;
            }
            let mut looked = Looked {
                seen: shared.seen.as_ref().and_then(|seen| seen.waits(session)),
                shared: &shared,
                session,
                now: SeenSession::Unknown,
            };
            // If it has expired, nobody comes for what was published to it.
            let store = shared.keeper.store();
            let Ok(lease) = store.get(&session.lease_key()).await else {
                return;
            };
            if looked.seen.is_some()
                && let Ok(state) = shared.look(session).await
            {
                looked.now = state.state.into();
            }
            drop(looked);
            if lease.is_none() {
                _ = shared.trim_log(session).await;
            }
        })
    }
}

/// Tells what was found, and that nothing was if a store that does not answer is waited for no longer.
struct Looked<'a> {
    shared: &'a Shared,
    session: SessionAddress,
    /// By which wait it is seen as waiting.
    seen: Option<u64>,
    now: SeenSession,
}

impl Drop for Looked<'_> {
    fn drop(&mut self) {
        if let (Some(seen), Some(wait)) = (&self.shared.seen, self.seen) {
            seen.waited(self.session, wait, self.now);
        }
    }
}
