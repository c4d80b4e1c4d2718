//! How many new streams in a time.

use core::{num::NonZeroU32, time::Duration};

use governor::Quota;

/// How many new streams in a time: so many at once, and one more each time that a part of the period
/// is over.
///
/// ```
/// use sse_tower::limit::StreamRate;
///
/// // One each 100 ms; after a quiet second 10 at once.
/// let rate = StreamRate::per_second(10);
/// // One each 2 s; after a quiet time 5 at once.
/// let rate = StreamRate::per_minute(30).with_burst(5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct StreamRate {
    interval: Duration,
    burst: u32,
}

impl StreamRate {
    /// How long a burst may take to come back: 30 days. A larger one counts as one that does.
    const MAX_PERIOD: Duration = Duration::from_secs(30 * 86_400);

    /// So many in a second; 0 counts as 1.
    pub const fn per_second(streams: u32) -> Self {
        Self::per(Duration::from_secs(1), streams)
    }

    /// So many in a minute; 0 counts as 1.
    pub const fn per_minute(streams: u32) -> Self {
        Self::per(Duration::from_secs(60), streams)
    }

    /// So many in an hour; 0 counts as 1.
    pub const fn per_hour(streams: u32) -> Self {
        Self::per(Duration::from_secs(3600), streams)
    }

    const fn per(period: Duration, streams: u32) -> Self {
        let streams = if streams == 0 { 1 } else { streams };
        Self {
            // The shortest that can be told is a nanosecond.
            interval: match period.checked_div(streams) {
                Some(interval) if !interval.is_zero() => interval,
                _ => Duration::from_nanos(1),
            },
            burst: streams,
        }
    }

    /// Sets how many there may be at once after a quiet time; 0 counts as 1. By default as many as
    /// in the period.
    pub const fn with_burst(mut self, streams: u32) -> Self {
        self.burst = streams;
        self
    }

    pub(super) fn quota(self) -> Quota {
        let most = Self::MAX_PERIOD.as_nanos() / self.interval.as_nanos().max(1);
        let burst = u32::try_from(most).map_or(self.burst, |most| self.burst.min(most));
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(self.interval).unwrap_or(Quota::per_second(burst));
        quota.allow_burst(burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_an_interval_and_a_burst() {
        for (rate, nanoseconds, burst) in [
            (StreamRate::per_second(10), 100_000_000, 10),
            (StreamRate::per_minute(30).with_burst(5), 2_000_000_000, 5),
            (StreamRate::per_second(0), 1_000_000_000, 1),
            (StreamRate::per_hour(1).with_burst(0), 3_600_000_000_000, 1),
            (StreamRate::per_second(u32::MAX), 1, u32::MAX),
            // 30 days have 720 hours.
            (
                StreamRate::per_hour(1).with_burst(u32::MAX),
                3_600_000_000_000,
                720,
            ),
        ] {
            let quota = rate.quota();
            assert_eq!(quota.replenish_interval().as_nanos(), nanoseconds);
            assert_eq!(quota.burst_size().get(), burst);
        }
    }
}
