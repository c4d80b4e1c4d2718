//! Setting up sessions.

use core::time::Duration;

use bytes::Bytes;
use sse_codec::Encode;
use tokio::runtime::Handle;

use super::{Sessions, settings::Settings};
use crate::{
    hub::{BuildError, Hub},
    keeper::LONGEST,
};

/// Sessions to be set up: made by [`Sessions::builder`]. All nodes need the same times.
#[derive(Debug, Clone)]
#[must_use]
pub struct SessionsBuilder {
    hub: Hub,
    settings: Settings,
}

/// As the front ends of the field expect it: a message, whose data say what it is.
const FAREWELL: &[u8] =
    b"data: {\"type\":\"FORCE_LOGOUT\",\"data\":{\"message\":\"signed in on another device\"}}\n\n";

impl SessionsBuilder {
    pub(super) const fn new(hub: Hub) -> Self {
        Self {
            hub,
            settings: Settings {
                lease: Duration::from_secs(15),
                idle: Duration::from_secs(5 * 60),
                remember: Duration::from_secs(24 * 3600),
                farewell: Bytes::from_static(FAREWELL),
            },
        }
    }

    /// Sets how long a stream on a user's active device may go on when nothing is heard of the store, and how long
    /// it takes at most until one that was superseded has ended: 15 seconds; at least 100 ms. Leases are renewed
    /// three times as often.
    pub fn with_lease(mut self, time: Duration) -> Self {
        self.settings.lease = time.max(Duration::from_millis(100));
        self
    }

    /// Sets how long a session without a stream waits for its client: 5 minutes, at least as long as a lease.
    pub const fn with_idle(mut self, time: Duration) -> Self {
        self.settings.idle = time;
        self
    }

    /// Sets how long it is known of a session that it was superseded, closed or has expired: 24 hours at
    /// least.
    pub const fn with_remember(mut self, time: Duration) -> Self {
        self.settings.remember = time;
        self
    }

    /// Sets the last event of a stream that is superseded, if the new device does not bring another: a message
    /// with the data `{"type":"FORCE_LOGOUT","data":{"message":"signed in on another device"}}`.
    pub fn with_farewell(mut self, event: impl Encode) -> Self {
        self.settings.farewell = event.to_frame().into_bytes();
        self
    }

    /// The sessions. Their task runs on the tokio runtime on which this is called, with its timer.
    ///
    /// # Errors
    ///
    /// [`BuildError::NoRuntime`].
    pub fn build(mut self) -> Result<Sessions, BuildError> {
        let runtime = Handle::try_current().map_err(|_| BuildError::NoRuntime)?;
        let Settings {
            lease,
            idle,
            remember,
            ..
        } = &mut self.settings;
        *lease = (*lease).min(LONGEST);
        *idle = (*idle).clamp(*lease, LONGEST);
        *remember = (*remember).min(LONGEST);
        Ok(Sessions::new(self.hub, self.settings, &runtime))
    }
}
