//! What time it is for the server.

use parking_lot::Mutex;
use tokio::time::Instant;

use core::time::Duration;

/// The deadline of what does not expire.
pub(super) const NEVER: u64 = u64::MAX;

/// What time it is for the server, in microseconds since 1970: as it stamped a message between two moments of this process, and
/// going on with this process's clock since then. Never goes back.
#[derive(Debug, Default)]
pub(super) struct Clock {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The moment, the time then, and by how much it may be wrong.
    sample: Option<(Instant, u64, u64)>,
    latest: u64,
}

/// By how much two clocks may drift apart, in parts of a million.
const DRIFT: u64 = 200;

impl Clock {
    /// The server's stamp on a message that was sent and acknowledged at these moments. Taken if it is better than what is known.
    pub(super) fn observe(&self, sent: Instant, stamped: u64, acknowledged: Instant) {
        let round_trip = micros(acknowledged.saturating_duration_since(sent));
        let error = round_trip / 2;
        let mut state = self.state.lock();
        let is_better = state.sample.is_none_or(|(at, _, before)| {
            let age = micros(acknowledged.saturating_duration_since(at));
            error <= before.saturating_add(age / 1_000_000 * DRIFT)
        });
        if is_better {
            state.sample = Some((acknowledged, stamped.saturating_add(error), error));
        }
    }

    /// Never less than it was.
    pub(super) fn now(&self) -> u64 {
        let mut state = self.state.lock();
        let now = state.sample.map_or(0, |(at, stamped, _)| {
            let since = Instant::now().saturating_duration_since(at);
            stamped.saturating_add(micros(since))
        });
        state.latest = state.latest.max(now);
        state.latest
    }
}

/// When a time to live is over.
pub(super) fn deadline(now: u64, ttl: Duration) -> u64 {
    now.saturating_add(micros(ttl)).saturating_add(1)
}

/// Whether a deadline is over: not within the microsecond that it is in.
pub(super) const fn is_over(deadline: u64, now: u64) -> bool {
    now > deadline
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(NEVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_is_the_servers_and_goes_on_with_the_runtime() {
        let clock = Clock::default();
        let now = Instant::now();
        clock.observe(now, 1_000_000, now);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(clock.now(), 3_000_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_worse_sample_is_not_taken_until_the_better_one_is_old_and_time_never_goes_back() {
        let clock = Clock::default();
        let sent = Instant::now();
        clock.observe(sent, 50_000_000, sent);
        tokio::time::advance(Duration::from_secs(1)).await;
        clock.observe(sent, 1, Instant::now());
        assert_eq!(clock.now(), 51_000_000);
        tokio::time::advance(Duration::from_secs(10_000)).await;
        let before = clock.now();
        let acknowledged = Instant::now();
        clock.observe(acknowledged - Duration::from_secs(1), 1, acknowledged);
        assert_eq!(clock.now(), before);
    }
}
