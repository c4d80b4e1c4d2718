//! Opening a session.

use bytes::Bytes;

use super::{
    OpenOptions, Session, SessionAddress, SessionError, SessionId, SessionState, Sessions,
    id::random,
    record::{ActiveFence, Record},
    sessions::MAX_CONFLICTS,
};
use crate::{
    hub::Identity,
    keeper::put,
    store::{Expect, Put, StoreError},
};

impl Sessions {
    /// Opens a session, bound to this identity: with any other, or none, its id is unknown. It waits for its
    /// client as a session that was detached does.
    ///
    /// On the active device of a user ([`OpenOptions::with_active_device`]) it is a login: of several, the one that
    /// comes last to the store stays.
    ///
    /// # Errors
    ///
    /// [`SessionError`]; [`NotLive`](SessionError::NotLive) for a client's own id whose session was superseded
    /// or closed. A login that has failed may have superseded others nevertheless.
    ///
    /// # Cancellation
    ///
    /// Dropped, a session may be there that nobody knows, until it expires; a login may have superseded
    /// others.
    pub async fn open(
        &self,
        identity: Option<&Identity>,
        options: OpenOptions,
    ) -> Result<Session, SessionError> {
        let id = match options.id {
            Some(_) if identity.is_none() => return Err(SessionError::IdentityRequired),
            Some(id) => id,
            None => SessionId::random()?,
        };
        let address = SessionAddress::new(&id, identity);
        if options.id.is_some() {
            self.check_free(address).await?;
        }
        let (active, superseded) = match &options.active_device {
            Some(device) => {
                let acquired = self.shared.acquire(device, address).await?;
                (Some(acquired.fence), acquired.superseded)
            }
            None => (None, false),
        };
        // A session whose lease is not there has expired: so the lease comes first.
        self.put_lease(address).await?;
        self.put_record(address, active).await?;
        if let Some(seen) = &self.shared.seen
            && seen.opened(address)
        {
            self.shared.look_later(address);
        }
        Ok(Session {
            id,
            address,
            fence: active.map(|active| active.revision),
            superseded,
        })
    }

    /// A client that makes its id itself may come again with it, but not after it was told to stay away.
    async fn check_free(&self, address: SessionAddress) -> Result<(), SessionError> {
        match self.shared.look(address).await?.state {
            state @ (SessionState::Superseded | SessionState::Closed) => {
                Err(SessionError::NotLive { state })
            }
            SessionState::Live | SessionState::Expired | SessionState::Unknown => Ok(()),
        }
    }

    async fn put_lease(&self, address: SessionAddress) -> Result<(), SessionError> {
        let key = address.lease_key();
        let value = Bytes::copy_from_slice(&random::<16>()?);
        let idle = Some(self.shared.settings.idle);
        // If there is one, it is the same session's.
        put(&**self.store(), &key, &value, Expect::Absent, idle).await?;
        Ok(())
    }

    async fn put_record(
        &self,
        address: SessionAddress,
        active: Option<ActiveFence>,
    ) -> Result<(), SessionError> {
        let record = Record {
            closed: false,
            active,
        };
        let (key, value) = (address.record_key(), record.to_bytes()?);
        let ttl = Some(self.shared.settings.record_ttl());
        let mut expect = Expect::Absent;
        for _ in 0..MAX_CONFLICTS {
            match put(&**self.store(), &key, &value, expect, ttl).await? {
                Put::Stored { .. } => return Ok(()),
                Put::Conflict { current: None } => expect = Expect::Absent,
                Put::Conflict {
                    current: Some(entry),
                } => {
                    let there = Record::from_bytes(&entry.value);
                    let there = there.ok_or(StoreError::Corrupt { source: None })?;
                    if there.closed {
                        let state = SessionState::Closed;
                        return Err(SessionError::NotLive { state });
                    }
                    // Two requests of one client at the same time, of which the other was newer.
                    let newer = match (&there.active, &active) {
                        (Some(there), Some(ours)) => {
                            there.user == ours.user && there.revision > ours.revision
                        }
                        _ => false,
                    };
                    if newer {
                        return Ok(());
                    }
                    expect = Expect::Revision(entry.revision);
                }
            }
        }
        Err(SessionError::Contended)
    }
}
