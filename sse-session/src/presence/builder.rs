//! Setting up presence.

use core::time::Duration;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::{Presence, presence::Settings};
use crate::{
    hub::{BuildError, Hub},
    keeper::{Keeper, LONGEST},
};

/// Presence to be set up: made by [`Presence::builder`]. All nodes need the same times.
#[derive(Debug, Clone)]
#[must_use]
pub struct PresenceBuilder {
    hub: Hub,
    settings: Settings,
}

impl PresenceBuilder {
    pub(super) const fn new(hub: Hub) -> Self {
        Self {
            hub,
            settings: Settings {
                ttl: Duration::from_secs(30),
                grace: Duration::from_secs(5),
                max_listed: 1_000,
            },
        }
    }

    /// Sets how long those are shown whose node has crashed: 30 seconds; at least 100 ms. Presence is renewed, and
    /// looked at without being told, three times as often.
    pub fn with_ttl(mut self, time: Duration) -> Self {
        self.settings.ttl = time.clamp(Duration::from_millis(100), LONGEST);
        self
    }

    /// Sets how long somebody is present still who has no stream any more: whoever comes back within that
    /// time was never gone. 5 seconds.
    pub fn with_grace(mut self, time: Duration) -> Self {
        self.settings.grace = time.min(LONGEST);
        self
    }

    /// Sets how many are listed: 1,000.
    pub const fn with_max_listed(mut self, members: usize) -> Self {
        self.settings.max_listed = members;
        self
    }

    /// The presence. Its task runs on the tokio runtime on which this is called, with its timer.
    ///
    /// # Errors
    ///
    /// [`BuildError`].
    pub fn build(self) -> Result<Presence, BuildError> {
        let runtime = Handle::try_current().map_err(|_| BuildError::NoRuntime)?;
        let random = getrandom::u64().map_err(|_| BuildError::NoRandomness)?;
        let store = Arc::clone(self.hub.store());
        let keeper = Keeper::new(store, self.settings.ttl / 3, &runtime);
        let observers = self.hub.observers().clone();
        Ok(Presence::new(self.settings, random, keeper, observers))
    }
}
