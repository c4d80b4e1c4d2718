//! An end that does not come from the inner body.

use core::time::Duration;

use tokio::time::Instant;

use super::{CloseReason, Farewell};

/// How a stream is to end early.
#[derive(Debug, Clone)]
#[must_use]
pub struct StreamEnd {
    pub(crate) reason: CloseReason,
    pub(crate) farewell: Farewell,
    pub(crate) grace: Duration,
}

impl StreamEnd {
    /// How long an event that has begun may take to be completed: 5 seconds.
    pub const DEFAULT_GRACE: Duration = Duration::from_secs(5);

    /// An end for this reason, without a farewell.
    pub const fn new(reason: CloseReason) -> Self {
        Self {
            reason,
            farewell: Farewell::new(),
            grace: Self::DEFAULT_GRACE,
        }
    }

    /// Says this last, if the stream is at an event boundary then.
    pub fn with_farewell(mut self, farewell: Farewell) -> Self {
        self.farewell = farewell;
        self
    }

    /// Sets how long an event that has begun may take to be completed. After it the stream ends in
    /// the middle of that event, without a farewell. 0: at the next poll.
    pub const fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }
}

/// An end, and when it is due.
#[derive(Debug, Clone)]
pub(crate) struct ScheduledEnd {
    pub(crate) at: Instant,
    pub(crate) end: StreamEnd,
}

impl ScheduledEnd {
    /// The earlier one; of two at the same time the first.
    pub(crate) fn earlier(first: Option<Self>, second: Self) -> Self {
        match first {
            Some(first) if first.at <= second.at => first,
            _ => second,
        }
    }
}
