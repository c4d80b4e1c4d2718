//! Looking at a session.

use super::{SessionAddress, SessionError, SessionState, record::Record, sessions::Shared};
use crate::store::StoreError;

/// What was seen of a session.
pub(super) struct Looked {
    pub(super) state: SessionState,
    /// With its revision.
    pub(super) record: Option<(Record, u64)>,
    /// The revision of the lease of a live one.
    pub(super) lease: Option<u64>,
}

impl Looked {
    /// The record, its revision and that of the lease.
    pub(super) fn live(self) -> Result<(Record, u64, u64), SessionError> {
        let state = self.state;
        match (state, self.record, self.lease) {
            (SessionState::Live, Some((record, revision)), Some(lease)) => {
                Ok((record, revision, lease))
            }
            _ => Err(SessionError::NotLive { state }),
        }
    }

    const fn not_live(state: SessionState, record: Option<(Record, u64)>) -> Self {
        Self {
            state,
            record,
            lease: None,
        }
    }
}

impl Shared {
    pub(super) async fn look(&self, address: SessionAddress) -> Result<Looked, StoreError> {
        let store = self.keeper.store();
        let Some(entry) = store.get(&address.record_key()).await? else {
            return Ok(Looked::not_live(SessionState::Unknown, None));
        };
        let Some(record) = Record::from_bytes(&entry.value) else {
            return Err(StoreError::Corrupt { source: None });
        };
        let known = Some((record.clone(), entry.revision));
        if record.closed {
            return Ok(Looked::not_live(SessionState::Closed, known));
        }
        if let Some(active) = &record.active {
            let now = store.get(&active.key()).await?;
            // If nobody is active, that is because nobody was for longer than a session waits.
            if now.is_some_and(|now| now.revision != active.revision) {
                return Ok(Looked::not_live(SessionState::Superseded, known));
            }
        }
        Ok(match store.get(&address.lease_key()).await? {
            None => Looked::not_live(SessionState::Expired, known),
            Some(lease) => Looked {
                state: SessionState::Live,
                record: known,
                lease: Some(lease.revision),
            },
        })
    }
}
