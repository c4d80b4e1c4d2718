//! What an acknowledgement means.

use core::time::Duration;

use crate::store::Durability;

/// When a [`RedisStore`](super::RedisStore) acknowledges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedisDurability {
    /// When the server has answered, which means what its configuration makes of it. With `appendonly no`:
    /// [`Memory`](Durability::Memory). With an append-only file: [`Stored`](Durability::Stored); with
    /// `appendfsync always` too: [`Synced`](Durability::Synced). It is looked up when the store is opened, as far
    /// as the user may: `INFO` for the first, `CONFIG GET` for the second.
    AsConfigured,
    /// When so many replicas have it too: [`Replicated`](Durability::Replicated). Until then it is neither told
    /// nor read. If they are fewer within the time, the [outcome is unknown](crate::store::StoreError::OutcomeUnknown).
    Replicated {
        /// How many, at least 1.
        replicas: u32,
        /// From 1 ms on; less than the response timeout.
        timeout: Duration,
    },
}

/// What a server's configuration makes of an acknowledgement.
pub(super) fn configured(appendonly: bool, appendfsync: Option<&str>) -> Durability {
    match (appendonly, appendfsync) {
        (false, _) => Durability::Memory,
        (true, Some("always")) => Durability::Synced,
        (true, _) => Durability::Stored,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgement_means_no_more_than_is_known() {
        assert_eq!(configured(false, Some("always")), Durability::Memory);
        assert_eq!(configured(true, Some("always")), Durability::Synced);
        assert_eq!(configured(true, Some("everysec")), Durability::Stored);
        assert_eq!(configured(true, None), Durability::Stored);
    }
}
