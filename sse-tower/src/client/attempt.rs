//! What is known when a request is made.

use core::fmt;

/// What is known when a request is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Attempt<'a> {
    pub(super) requests: u64,
    pub(super) reconnections: u32,
    pub(super) last_event_id: &'a str,
}

impl<'a> Attempt<'a> {
    /// How many requests this client has made before.
    #[must_use]
    pub const fn requests_before(&self) -> u64 {
        self.requests
    }

    /// Which reconnection in a row it is; 0 for the first request.
    #[must_use]
    pub const fn reconnection(&self) -> u32 {
        self.reconnections
    }

    /// The last event ID; empty if there is none. The header is set by the client: this is for
    /// servers that want it elsewhere.
    #[must_use]
    pub const fn last_event_id(&self) -> &'a str {
        self.last_event_id
    }
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("requests_before", &self.requests)
            .field("reconnection", &self.reconnections)
            .finish_non_exhaustive()
    }
}
