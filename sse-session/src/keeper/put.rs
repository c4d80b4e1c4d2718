//! Putting a value when answers get lost.

use core::time::Duration;

use bytes::Bytes;

use crate::store::{Expect, Key, Put, SessionStore, StoreError};

/// So often it is tried where it is not known whether it was done.
const ATTEMPTS: usize = 4;

/// Puts a value that nobody else puts, and finds out whether that was done where the store does not say.
/// `expect` is not [`Expect::Any`]: trying again must not undo what others did meanwhile.
pub(crate) async fn put(
    store: &dyn SessionStore,
    key: &Key,
    value: &Bytes,
    expect: Expect,
    ttl: Option<Duration>,
) -> Result<Put, StoreError> {
    let mut attempt = 1;
    loop {
        let result = store.put(key, value.clone(), expect, ttl).await;
        match result {
            Err(StoreError::OutcomeUnknown { .. }) if attempt < ATTEMPTS => attempt += 1,
            // The one before was done after all.
            Ok(Put::Conflict {
                current: Some(entry),
            }) if entry.value == *value => {
                let revision = entry.revision;
                return Ok(Put::Stored { revision });
            }
            result => return result,
        }
    }
}
