//! What can be set about a client.

use core::time::Duration;
use std::sync::Arc;

use sse_codec::{EventId, Limits, Utf8Policy};

use super::{
    Backoff,
    policy::{OneShotPolicy, Policy, SharedPolicy, StandardPolicy},
};

/// What can be set about an [`EventSource`](super::EventSource). The default is what the standard
/// has a browser do, and for what it leaves open: backoff on, a minute for the head of a
/// response, no limit on attempts.
///
/// ```
/// use core::time::Duration;
/// use sse_tower::client::{EventSourceOptions, PatientPolicy};
///
/// let options = EventSourceOptions::new()
///     .with_policy(PatientPolicy)
///     .with_idle_timeout(Duration::from_secs(45))
///     .with_max_reconnections(8);
/// # let _ = options;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct EventSourceOptions {
    pub(super) policy: SharedPolicy,
    pub(super) backoff: Backoff,
    pub(super) reconnection_time: Duration,
    pub(super) min_reconnection_time: Duration,
    pub(super) max_reconnection_time: Duration,
    pub(super) max_retry_after: Duration,
    pub(super) stable_period: Duration,
    pub(super) max_reconnections: Option<u32>,
    pub(super) max_time_down: Option<Duration>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) limits: Limits,
    pub(super) utf8: Utf8Policy,
    pub(super) comments: bool,
    pub(super) last_event_id: Secret,
}

/// An id that is not printed.
#[derive(Clone)]
pub(super) struct Secret(pub(super) EventId<'static>);

impl core::fmt::Debug for Secret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(if self.0.as_str().is_empty() {
            "none"
        } else {
            ".."
        })
    }
}

impl EventSourceOptions {
    /// The default.
    pub fn new() -> Self {
        Self {
            policy: SharedPolicy(Arc::new(StandardPolicy)),
            backoff: Backoff::DEFAULT,
            reconnection_time: Duration::from_secs(3),
            min_reconnection_time: Duration::from_millis(100),
            max_reconnection_time: Duration::from_secs(60 * 60),
            max_retry_after: Duration::from_secs(60 * 60),
            stable_period: Duration::from_secs(30),
            max_reconnections: None,
            max_time_down: None,
            connect_timeout: Some(Duration::from_secs(60)),
            idle_timeout: None,
            limits: Limits::DEFAULT,
            utf8: Utf8Policy::Replace,
            comments: false,
            last_event_id: Secret(EventId::RESET),
        }
    }

    /// One request and one stream: whatever fails is an error, and the end of the body is the
    /// end. For streams that cannot be resumed, such as the answer of a language model.
    pub fn one_shot() -> Self {
        Self::new().with_policy(OneShotPolicy)
    }

    /// Sets which failures are the end; [`StandardPolicy`] by default.
    pub fn with_policy(mut self, policy: impl Policy) -> Self {
        self.policy = SharedPolicy(Arc::new(policy));
        self
    }

    /// Sets what is waited on top of the reconnection time; [`Backoff::DEFAULT`] by default.
    pub const fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets the reconnection time until the server tells another by `retry:`; 3 seconds by
    /// default. Bounded as that is.
    pub const fn with_reconnection_time(mut self, time: Duration) -> Self {
        self.reconnection_time = time;
        self
    }

    /// Sets the bounds that a reconnection time is brought into; 100 milliseconds and 1 hour by
    /// default. Where the smallest is above the largest, the largest counts.
    pub const fn with_reconnection_time_bounds(
        mut self,
        smallest: Duration,
        largest: Duration,
    ) -> Self {
        self.min_reconnection_time = smallest;
        self.max_reconnection_time = largest;
        self
    }

    /// Sets the longest time that a `Retry-After` is waited for; 1 hour by default.
    pub const fn with_max_retry_after(mut self, time: Duration) -> Self {
        self.max_retry_after = time;
        self
    }

    /// Sets how long a stream has to be open before what went wrong before it is forgotten: the
    /// reconnections and the time that are counted, and the backoff; 30 seconds by default.
    /// Zero, if the server ends its streams early on purpose.
    pub const fn with_stable_period(mut self, period: Duration) -> Self {
        self.stable_period = period;
        self
    }

    /// Sets how many reconnections in a row there may be, counted from the start or from the last
    /// stream that was open for the stable period: so many, and one request before them. No
    /// limit by default; 0 is one request.
    pub const fn with_max_reconnections(mut self, reconnections: u32) -> Self {
        self.max_reconnections = Some(reconnections);
        self
    }

    /// Sets how long there may be no stream in total, waiting and connecting, counted from the
    /// start or from the last stream that was open for the stable period. No limit by default.
    ///
    /// A request that is under way is cut off; a wait that would be longer is not begun.
    pub const fn with_max_time_down(mut self, time: Duration) -> Self {
        self.max_time_down = Some(time);
        self
    }

    /// Sets how long the head of a response may take, from asking the service whether it is
    /// ready; 1 minute by default. `None` is as long as it takes.
    pub fn with_connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// Sets how long a stream may be silent before another connection is made. Every byte counts
    /// as life, comments too; time in which the client did not ask for bytes does not count as
    /// silence. No limit by default: choose more than twice the server's keep-alive.
    pub fn with_idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = timeout.into();
        self
    }

    /// Sets how much of an event is held; [`Limits::DEFAULT`] by default.
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets what becomes of invalid UTF-8; it is replaced by default.
    pub const fn with_utf8(mut self, policy: Utf8Policy) -> Self {
        self.utf8 = policy;
        self
    }

    /// Sets whether comments are items; not by default.
    pub const fn with_comments(mut self, comments: bool) -> Self {
        self.comments = comments;
        self
    }

    /// Sets the last event ID to begin with: where another client, or a process before this one,
    /// had stopped.
    pub fn with_last_event_id(mut self, id: EventId<'_>) -> Self {
        self.last_event_id = Secret(id.into_owned());
        self
    }
}

impl Default for EventSourceOptions {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_not_printed() {
        let options = EventSourceOptions::new().with_last_event_id(EventId::from_static("secret"));
        assert!(!format!("{options:?}").contains("secret"));
    }
}
