//! Attaching to a session.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::{
    Attachment, SessionAddress, SessionError, SessionId, Sessions,
    hold::{Held, Hold},
    id::random,
    sessions::MAX_CONFLICTS,
};
use crate::{
    hub::Identity,
    keeper::put,
    store::{Expect, Put},
};

impl Sessions {
    /// Takes a session for its client's stream, from whoever has it: a client that comes back is the same one, and
    /// its old stream, which may not have noticed, is over.
    ///
    /// # Errors
    ///
    /// [`SessionError::NotLive`], with what to answer; [`SessionError::Store`];
    /// [`SessionError::Contended`].
    ///
    /// # Cancellation
    ///
    /// Dropped, the session is as it was, or is detached.
    pub async fn attach(
        &self,
        id: &SessionId,
        identity: Option<&Identity>,
    ) -> Result<Attachment, SessionError> {
        let address = SessionAddress::new(id, identity);
        let held = self.take(address).await?;
        let hold = Arc::new(Hold::new(Arc::clone(&self.shared.settings), held));
        let number = self.shared.keeper.keep(Arc::clone(&hold) as _);
        self.shared.keeper.changed_beside(number);
        Ok(Attachment::new(
            self.clone(),
            hold,
            number,
            identity.cloned(),
        ))
    }

    async fn take(&self, address: SessionAddress) -> Result<Held, SessionError> {
        let settings = &self.shared.settings;
        let store = &**self.store();
        let value = Bytes::copy_from_slice(&random::<16>()?);
        for _ in 0..MAX_CONFLICTS {
            let (record, revision, lease) = self.shared.look(address).await?.live()?;
            let (key, expect) = (address.lease_key(), Expect::Revision(lease));
            let Put::Stored { revision: lease } =
                put(store, &key, &value, expect, Some(settings.idle)).await?
            else {
                continue;
            };
            // What was seen may not be so any more: whoever is fenced off, or closed, is not let in.
            let asked = Instant::now();
            let ttl = settings.record_ttl();
            if let Some(active) = &record.active
                && !store.extend(&active.key(), active.revision, ttl).await?
            {
                continue;
            }
            if !store.extend(&address.record_key(), revision, ttl).await? {
                continue;
            }
            return Ok(Held {
                address,
                lease,
                active: record.active,
                record: revision,
                asked,
            });
        }
        Err(SessionError::Contended)
    }
}
