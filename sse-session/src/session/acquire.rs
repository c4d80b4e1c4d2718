//! Becoming the active device.

use super::{
    ActiveDevice, SessionAddress, SessionError,
    active_device::Active,
    record::ActiveFence,
    sessions::{MAX_CONFLICTS, Shared},
};
use crate::{
    keeper::put,
    store::{Expect, Put, StoreError},
};

/// The user is active on this device.
pub(super) struct Acquired {
    pub(super) fence: ActiveFence,
    /// On another one before.
    pub(super) superseded: bool,
}

impl Shared {
    /// Makes a device the active one of its user. On the one that is it already nothing changes; else whoever
    /// was before is fenced off by a greater revision, from the moment of the put on.
    pub(super) async fn acquire(
        &self,
        device: &ActiveDevice,
        address: SessionAddress,
    ) -> Result<Acquired, SessionError> {
        let bytes = device.farewell.len();
        let max_bytes = ActiveDevice::MAX_FAREWELL_BYTES;
        if bytes > max_bytes {
            return Err(SessionError::FarewellTooLarge { bytes, max_bytes });
        }
        let active = Active {
            device: device.device.unwrap_or_else(|| address.to_bytes()),
            farewell: device.farewell.clone(),
        };
        let value = active.to_bytes()?;
        let mut fence = ActiveFence {
            user: device.user,
            revision: 0,
        };
        let key = fence.key();
        let store = self.keeper.store();
        let ttl = self.settings.record_ttl();
        let mut current = store.get(&key).await?;
        for _ in 0..MAX_CONFLICTS {
            let expect = match &current {
                None => Expect::Absent,
                Some(entry) => {
                    fence.revision = entry.revision;
                    let there = Active::from_bytes(&entry.value);
                    let there = there.ok_or(StoreError::Corrupt { source: None })?;
                    if there.device == active.device {
                        if store.extend(&key, entry.revision, ttl).await? {
                            let superseded = false;
                            return Ok(Acquired { fence, superseded });
                        }
                        current = store.get(&key).await?;
                        continue;
                    }
                    Expect::Revision(entry.revision)
                }
            };
            match put(&**store, &key, &value, expect, Some(ttl)).await? {
                Put::Stored { revision } => {
                    fence.revision = revision;
                    let superseded = expect != Expect::Absent;
                    if superseded {
                        self.tell(&fence.control()).await;
                    }
                    return Ok(Acquired { fence, superseded });
                }
                Put::Conflict { current: newer } => current = newer,
            }
        }
        Err(SessionError::Contended)
    }
}
