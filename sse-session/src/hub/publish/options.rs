//! How an event is published.

use core::time::Duration;

use bytes::Bytes;

use crate::store::{Fence, IdempotencyKey, Retention};

/// How an event is published.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct PublishOptions {
    pub(super) key: Option<IdempotencyKey>,
    pub(super) retention: Option<Retention>,
    pub(super) fence: Option<Fence>,
}

impl PublishOptions {
    /// As the hub does it, once at most.
    pub const fn new() -> Self {
        Self {
            key: None,
            retention: None,
            fence: None,
        }
    }

    /// Of several that are published on a channel with this key (1 to 64 bytes) within the time,
    /// only the first is. With it, an append whose outcome is unknown is tried again.
    pub fn with_key(mut self, key: impl Into<Bytes>, window: Duration) -> Self {
        let key = key.into();
        self.key = Some(IdempotencyKey { key, window });
        self
    }

    /// What the channel keeps from now on, if not what the hub's do.
    pub const fn with_retention(mut self, retention: Retention) -> Self {
        self.retention = Some(retention);
        self
    }

    /// What is older is nobody's need, whatever else is kept.
    pub(crate) fn with_oldest(mut self, retention: Retention, max_age: Duration) -> Self {
        let retention = self.retention.unwrap_or(retention);
        let max_age = retention.max_age.map_or(max_age, |age| age.min(max_age));
        self.retention = Some(retention.with_max_age(max_age));
        self
    }

    /// Only if this still holds: else nothing is published, and it is
    /// [`StoreError::Fenced`](crate::store::StoreError::Fenced).
    pub fn with_fence(mut self, fence: Fence) -> Self {
        self.fence = Some(fence);
        self
    }
}
