//! A session's presence on a channel.

use core::time::Duration;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::sets::Sets;
use crate::{
    keeper::{Kept, Work},
    session::SessionAddress,
    store::{Join, Joined, LogName, Member, SessionStore, SetName, StoreError},
};

/// A session's presence on a channel, shared by all that this node has of it and the keeper.
pub(super) struct PresenceHold {
    sets: Sets,
    session: SessionAddress,
    member: Member,
    user: Option<Member>,
    ttl: Duration,
    /// Whether it was left; held while the store is asked, so that no renewal comes after the leaving.
    left: Mutex<bool>,
}

impl PresenceHold {
    pub(super) fn new(
        sets: Sets,
        session: SessionAddress,
        member: Member,
        user: Option<Member>,
        ttl: Duration,
    ) -> Self {
        Self {
            sets,
            session,
            member,
            user,
            ttl,
            left: Mutex::new(false),
        }
    }

    pub(super) fn key(&self) -> (SetName, SessionAddress) {
        (self.sets.sessions.clone(), self.session)
    }

    /// As long as it was not left.
    pub(super) async fn join(&self, store: &dyn SessionStore) -> Result<(), StoreError> {
        let left = self.left.lock().await;
        if *left {
            return Ok(());
        }
        let Sets {
            sessions,
            users,
            control,
        } = &self.sets;
        let join = Join::new(self.ttl);
        if let Some(user) = &self.user {
            store.join(users, user.clone(), join).await?;
        }
        let joined = store.join(sessions, self.member.clone(), join).await?;
        drop(left);
        if let Joined::Member { new: true, .. } = joined {
            tell(store, control).await;
        }
        Ok(())
    }

    /// The user is left to the time to live: another session of theirs may be there.
    pub(super) async fn leave(&self, store: &dyn SessionStore) -> Result<(), StoreError> {
        let mut left = self.left.lock().await;
        *left = true;
        if store.leave(&self.sets.sessions, &self.member).await? {
            tell(store, &self.sets.control).await;
        }
        Ok(())
    }
}

/// A hint: who watches looks from time to time anyway.
async fn tell(store: &dyn SessionStore, control: &LogName) {
    let payload = bytes::Bytes::from_static(b"changed");
    _ = store.announce(control, payload).await;
}

impl Kept for PresenceHold {
    fn control(&self) -> Option<&LogName> {
        None
    }

    fn renew(self: Arc<Self>, store: Arc<dyn SessionStore>) -> Work {
        Box::pin(async move { _ = self.join(&*store).await })
    }

    fn is_over(&self) -> bool {
        false
    }
}
