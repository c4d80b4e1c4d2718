//! Where the presence on a channel is.

use tokio::time::Instant;

use super::PresenceView;
use crate::{
    Channel,
    session::{hash, text},
    store::{LogName, SessionStore, SetName, StoreError},
};

/// Where the presence on a channel is.
#[derive(Debug, Clone)]
pub(super) struct Sets {
    pub(super) sessions: SetName,
    pub(super) users: SetName,
    /// Where it is told that somebody has come or gone.
    pub(super) control: LogName,
}

impl Sets {
    /// Names of channels are longer than those of sets may be with a tenant's: so these are of their hash.
    pub(super) fn of(channel: &Channel) -> Self {
        let name = text(&hash(&[b"presence", channel.as_bytes()]));
        Self {
            sessions: SetName::new("present", &name),
            users: SetName::new("present-users", &name),
            control: LogName::of_kind("control", &format!("presence-{name}")),
        }
    }

    pub(super) async fn look(
        &self,
        store: &dyn SessionStore,
        max_listed: usize,
    ) -> Result<PresenceView, StoreError> {
        let as_of = Instant::now();
        let sessions = store.members(&self.sessions, max_listed).await?;
        let complete = sessions.first.len() as u64 >= sessions.count;
        let users = if complete {
            0 // Those who are listed are counted.
        } else {
            store.members(&self.users, 0).await?.count
        };
        Ok(PresenceView::new(as_of, &sessions, users))
    }
}
