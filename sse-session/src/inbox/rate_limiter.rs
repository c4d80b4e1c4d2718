//! Rates of sessions, by governor in tokio's time.

use core::{
    fmt,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use governor::{
    RateLimiter as Governor, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::HashMapStateStore,
};
use tokio::time::Instant;

use super::InboxRate;
use crate::session::SessionAddress;

/// The time since it was made, as tokio knows it.
#[derive(Debug, Clone)]
struct TokioClock {
    start: Instant,
}

impl Clock for TokioClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.start.elapsed())
    }
}

type Keyed =
    Governor<SessionAddress, HashMapStateStore<SessionAddress>, TokioClock, NoOpMiddleware<Nanos>>;

/// Each session's rate on this node. Only sessions that are there are asked about, and one whose burst has come
/// back is forgotten.
pub(super) struct RateLimiter {
    governor: Keyed,
    checks: AtomicU32,
}

/// So often those are looked for who can be forgotten.
const SWEEP: u32 = 4096;

impl RateLimiter {
    pub(super) fn new(rate: InboxRate) -> Self {
        let start = Instant::now();
        Self {
            governor: Governor::new(
                rate.quota(),
                HashMapStateStore::default(),
                TokioClock { start },
            ),
            checks: AtomicU32::new(0),
        }
    }

    /// How long to wait, if it is to wait.
    pub(super) fn check(&self, session: &SessionAddress) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.governor.retain_recent();
            self.governor.shrink_to_fit();
        }
        let outcome = self.governor.check_key(session);
        outcome.map_err(|until| until.wait_time_from(self.governor.clock().now()))
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    fn session(number: u32) -> SessionAddress {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        SessionAddress::from_bytes(bytes)
    }

    #[tokio::test(start_paused = true)]
    async fn each_session_has_its_own_rate() {
        let limiter = RateLimiter::new(InboxRate::per_second(2).with_burst(3));
        for _ in 0..3 {
            assert_eq!(limiter.check(&session(1)), Ok(()));
        }
        let wait = Duration::from_millis(500);
        assert_eq!(limiter.check(&session(1)), Err(wait));
        assert_eq!(limiter.check(&session(2)), Ok(()));
        sleep(wait).await;
        assert_eq!(limiter.check(&session(1)), Ok(()));
        assert_eq!(limiter.check(&session(1)), Err(wait));
    }

    #[tokio::test(start_paused = true)]
    async fn idle_sessions_are_forgotten() {
        let limiter = RateLimiter::new(InboxRate::per_second(10));
        for number in 0..20 * SWEEP {
            assert_eq!(limiter.check(&session(number)), Ok(()));
            if number % 1000 == 0 {
                sleep(Duration::from_secs(1)).await;
            }
        }
        assert!(limiter.governor.len() <= 2 * SWEEP as usize);
    }
}
