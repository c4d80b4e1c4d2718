//! What time it is for what is kept in a file.

use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// The deadline of what does not expire.
pub(super) const NEVER: u64 = u64::MAX;

/// What time it is, in microseconds since 1970. While the store is open it goes on with tokio's clock, whatever
/// becomes of the machine's; when it is opened it begins with the machine's, but never behind where it was.
#[derive(Debug)]
pub(super) struct Clock {
    opened: Instant,
    opened_at: u64,
    latest: AtomicU64,
}

impl Clock {
    /// `last` is what time it was when the file was written.
    pub(super) fn new(last: u64) -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        let opened_at = micros(since_1970.unwrap_or_default()).max(last);
        Self {
            opened: Instant::now(),
            opened_at,
            latest: AtomicU64::new(opened_at),
        }
    }

    /// Never less than it was.
    pub(super) fn now(&self) -> u64 {
        let open_for = Instant::now().saturating_duration_since(self.opened);
        let now = self.opened_at.saturating_add(micros(open_for));
        self.latest.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// What time it was when somebody asked last. The thread that writes goes by that: in a runtime time may be paused.
    pub(super) fn latest(&self) -> u64 {
        self.latest.load(Ordering::Relaxed)
    }
}

/// When a time to live is over.
pub(super) fn deadline(now: u64, ttl: Duration) -> u64 {
    now.saturating_add(micros_rounded_up(ttl))
}

/// Whether a deadline is over: not within the microsecond that it is in.
pub(super) const fn is_over(deadline: u64, now: u64) -> bool {
    now > deadline
}

/// A duration as it is stored.
pub(super) fn micros_rounded_up(duration: Duration) -> u64 {
    let part = u64::from(!duration.subsec_nanos().is_multiple_of(1_000));
    micros(duration).saturating_add(part)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(NEVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_does_not_go_back_where_the_clock_of_the_machine_does() {
        let tomorrow = Clock::new(0).now() + 86_400_000_000;
        let clock = Clock::new(tomorrow);
        assert!(clock.now() >= tomorrow);
    }

    #[test]
    fn a_deadline_is_not_over_before_its_time() {
        assert_eq!(deadline(10, Duration::from_nanos(1)), 11);
        assert!(!is_over(11, 11), "some of this microsecond may be left");
        assert!(is_over(11, 12));
        assert_eq!(deadline(10, Duration::MAX), NEVER);
    }

    #[tokio::test(start_paused = true)]
    async fn time_goes_on_with_that_of_the_runtime() {
        let clock = Clock::new(0);
        let before = clock.now();
        tokio::time::advance(Duration::from_secs(3_600)).await;
        let elsewhere = std::thread::scope(|scope| scope.spawn(|| clock.latest()).join().unwrap());
        assert_eq!(elsewhere, before, "nobody has asked meanwhile");
        assert_eq!(clock.now(), before + 3_600_000_000);
    }
}
