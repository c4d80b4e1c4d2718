//! How many messages in a time.

use core::{num::NonZeroU32, time::Duration};

use governor::Quota;

/// How many messages of a session in a time: so many at once, and one more each time that a part of the period
/// is over.
///
/// ```
/// use sse_session::inbox::InboxRate;
///
/// // One each 100 ms; after a quiet time 30 at once.
/// let rate = InboxRate::per_second(10).with_burst(30);
/// # let _ = rate;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct InboxRate {
    interval: Duration,
    burst: u32,
}

impl InboxRate {
    /// So many in a second; 0 counts as 1.
    pub const fn per_second(messages: u32) -> Self {
        Self::per(Duration::from_secs(1), messages)
    }

    /// So many in a minute; 0 counts as 1.
    pub const fn per_minute(messages: u32) -> Self {
        Self::per(Duration::from_secs(60), messages)
    }

    const fn per(period: Duration, messages: u32) -> Self {
        let messages = if messages == 0 { 1 } else { messages };
        Self {
            // The shortest that can be told is a nanosecond.
            interval: match period.checked_div(messages) {
                Some(interval) if !interval.is_zero() => interval,
                _ => Duration::from_nanos(1),
            },
            burst: messages,
        }
    }

    /// Sets how many there may be at once after a quiet time: 1 to 10,000; by default as many as in the period.
    pub const fn with_burst(mut self, messages: u32) -> Self {
        self.burst = messages;
        self
    }

    pub(super) fn quota(self) -> Quota {
        let burst = NonZeroU32::new(self.burst.min(10_000)).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(self.interval).unwrap_or(Quota::per_second(burst));
        quota.allow_burst(burst)
    }
}
