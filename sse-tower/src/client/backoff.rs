//! How much longer each reconnection in a row waits.

use core::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

/// What a reconnection waits on top of the reconnection time: a random time between zero and a
/// window that grows with each reconnection in a row, so that neither one client hammers a
/// server that is down, nor thousands of them return in step.
///
/// The standard lets a client wait some more than the reconnection time
/// (<https://html.spec.whatwg.org/multipage/server-sent-events.html#reestablish-the-connection>);
/// it never waits less, since a server may have drawn that time for this very client.
///
/// ```
/// use core::time::Duration;
/// use sse_tower::client::Backoff;
///
/// let backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(20));
/// assert_ne!(backoff, Backoff::NONE);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct Backoff {
    first: Duration,
    largest: Duration,
    factor: f32,
}

impl Backoff {
    /// Windows of 1, 2, 4, 8, 16 and from then on 30 seconds.
    pub const DEFAULT: Self = Self {
        first: Duration::from_secs(1),
        largest: Duration::from_secs(30),
        factor: 2.0,
    };

    /// No more than the reconnection time.
    pub const NONE: Self = Self {
        first: Duration::ZERO,
        largest: Duration::ZERO,
        factor: 1.0,
    };

    /// Windows that double from `first` up to `largest`.
    pub const fn new(first: Duration, largest: Duration) -> Self {
        Self {
            first,
            largest,
            factor: 2.0,
        }
    }

    /// Sets what each window is multiplied by for the next. Less than 1, or no number, counts
    /// as 1.
    pub const fn with_factor(mut self, factor: f32) -> Self {
        self.factor = if factor >= 1.0 { factor } else { 1.0 };
        self
    }

    pub(super) fn windows(self) -> Windows {
        let growth = ExponentialBuilder::new()
            .with_factor(self.factor)
            .with_min_delay(self.first.min(self.largest))
            .with_max_delay(self.largest)
            .without_max_times()
            .build();
        Windows {
            growth,
            largest: self.largest,
        }
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The windows of reconnections in a row.
#[derive(Debug)]
pub(super) struct Windows {
    growth: ExponentialBackoff,
    largest: Duration,
}

impl Windows {
    /// A time from zero up to the next window: "full jitter".
    pub(super) fn draw(&mut self) -> Duration {
        let window = self.next_window();
        Duration::try_from_secs_f64(window.as_secs_f64() * fastrand::f64()).unwrap_or(window)
    }

    fn next_window(&mut self) -> Duration {
        self.growth.next().unwrap_or(self.largest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(backoff: Backoff) -> Vec<u64> {
        let mut windows = backoff.windows();
        (0..8).map(|_| windows.next_window().as_secs()).collect()
    }

    #[test]
    fn windows_grow_up_to_the_largest() {
        assert_eq!(windows(Backoff::DEFAULT), [1, 2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(windows(Backoff::NONE), [0; 8]);
        let tenfold = Backoff::new(Duration::from_secs(1), Duration::from_secs(500));
        let tenfold = tenfold.with_factor(10.0);
        assert_eq!(windows(tenfold)[..4], [1, 10, 100, 500]);
        let backwards = Backoff::new(Duration::from_secs(9), Duration::from_secs(3));
        assert_eq!(windows(backwards), [3; 8]);
        for odd in [0.5, -1.0, f32::NAN] {
            assert_eq!(windows(Backoff::DEFAULT.with_factor(odd)), [1; 8]);
        }
        let endless = Backoff::new(Duration::from_secs(1), Duration::MAX);
        let endless = endless.with_factor(f32::INFINITY);
        let mut windows = endless.windows();
        assert!((0..5).all(|_| windows.draw() <= Duration::MAX));
    }

    #[test]
    fn what_is_drawn_covers_the_window() {
        let steady = Backoff::new(Duration::from_secs(10), Duration::from_secs(10));
        let mut windows = steady.windows();
        let drawn: Vec<Duration> = (0..500).map(|_| windows.draw()).collect();
        assert!(drawn.iter().all(|time| *time <= Duration::from_secs(10)));
        assert!(drawn.iter().any(|time| *time < Duration::from_secs(2)));
        assert!(drawn.iter().any(|time| *time > Duration::from_secs(8)));
    }
}
