//! How sessions are kept.

use core::time::Duration;

use bytes::Bytes;

/// How often a session that is held is noted as such, for the time that it is remembered, and how soon it is
/// noticed that one was closed whose lease was left.
const TOUCH: Duration = Duration::from_secs(60);

/// How sessions are kept.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) lease: Duration,
    pub(super) idle: Duration,
    pub(super) remember: Duration,
    pub(super) farewell: Bytes,
}

impl Settings {
    /// How often a lease is renewed.
    pub(super) fn interval(&self) -> Duration {
        self.lease / 3
    }

    /// How long after the beginning of its last renewal whoever is on an active device writes nothing more: a
    /// part is left for clocks that do not run alike.
    pub(super) fn write_for(&self) -> Duration {
        self.lease - self.lease / 5
    }

    /// How long the store keeps what is known of a session since it was touched.
    pub(super) fn record_ttl(&self) -> Duration {
        let ttl = self.remember.saturating_add(self.idle);
        ttl.saturating_add(self.touch_interval())
    }

    pub(super) fn touch_interval(&self) -> Duration {
        TOUCH.min(self.remember)
    }
}
