//! Whether a store is the one it was.

use bytes::Bytes;

use crate::{
    hub::shared::Shared,
    store::{Expect, Key, Put, StoreError},
};

impl Shared {
    /// A number of the whole store, never 0: another one if all that was in it is gone.
    ///
    /// A client that has seen an empty channel is at the beginning of a log that has no epoch yet.
    /// When it returns and there is a log, this tells whether another one may have been there in
    /// between. It is read each time, because a hub may outlive what is in its store.
    pub(super) async fn incarnation(&self) -> Result<u64, StoreError> {
        let key = Key::new("hub", "incarnation");
        if let Some(entry) = self.store.get(&key).await? {
            return Ok(number(&entry.value));
        }
        let new = self.random.number().max(1);
        let value = Bytes::copy_from_slice(&new.to_be_bytes());
        Ok(
            match self.store.put(&key, value, Expect::Absent, None).await? {
                Put::Stored { .. } => new,
                Put::Conflict { current } => current.map_or(new, |entry| number(&entry.value)),
            },
        )
    }
}

fn number(value: &[u8]) -> u64 {
    value
        .first_chunk()
        .map_or(1, |bytes| u64::from_be_bytes(*bytes))
}
