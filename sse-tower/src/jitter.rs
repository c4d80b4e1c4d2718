//! A spread, so that a fleet does not act in step.

use core::time::Duration;

/// How far times are spread, as a part of the time itself. Each connection draws once.
///
/// ```
/// use sse_tower::Jitter;
///
/// assert_eq!(Jitter::percent(150), Jitter::percent(100));
/// assert_eq!(Jitter::NONE, Jitter::percent(0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jitter {
    percent: u8,
}

impl Jitter {
    /// No spread: every connection has the same time.
    pub const NONE: Self = Self { percent: 0 };

    /// A spread of so many percent of the time; above 100 counts as 100.
    #[must_use]
    pub const fn percent(percent: u8) -> Self {
        Self {
            percent: if percent > 100 { 100 } else { percent },
        }
    }

    /// A time from `time` less the spread up to `time`: for intervals that must not grow.
    pub(crate) fn shorten(self, time: Duration) -> Duration {
        time.saturating_sub(self.draw(time))
    }

    /// A time from `time` up to `time` and the spread: for delays that must not shrink.
    pub(crate) fn lengthen(self, time: Duration) -> Duration {
        time.saturating_add(self.draw(time))
    }

    fn draw(self, time: Duration) -> Duration {
        let part = f64::from(self.percent) / 100.0 * fastrand::f64();
        Duration::try_from_secs_f64(time.as_secs_f64() * part).unwrap_or(Duration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stay_in_their_range_and_differ() {
        let time = Duration::from_secs(10);
        let jitter = Jitter::percent(30);
        let drawn: std::collections::HashSet<Duration> = (0..200)
            .map(|_| {
                let (short, long) = (jitter.shorten(time), jitter.lengthen(time));
                assert!(short >= Duration::from_secs(7) && short <= time);
                assert!(long >= time && long <= Duration::from_secs(13));
                long
            })
            .collect();
        assert!(drawn.len() > 100);
        assert_eq!(Jitter::NONE.lengthen(time), time);
    }

    #[test]
    fn no_time_is_too_long() {
        let jitter = Jitter::percent(100);
        assert_eq!(jitter.lengthen(Duration::MAX), Duration::MAX);
        assert!(jitter.shorten(Duration::MAX) <= Duration::MAX);
    }
}
