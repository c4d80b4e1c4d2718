//! Rates of new streams, by governor in tokio's time.

use core::hash::BuildHasher;
use std::hash::RandomState;

use governor::{
    NotUntil, RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use tokio::time::Instant;

use super::{PermitError, StreamKey, StreamRate, arrivals::Arrivals};

/// The time since it was made, as tokio knows it.
#[derive(Debug, Clone)]
struct TokioClock {
    start: Instant,
}

impl TokioClock {
    fn new() -> Self {
        let start = Instant::now();
        Self { start }
    }
}

impl Clock for TokioClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.start.elapsed())
    }
}

type Limiter<K, S> = RateLimiter<K, S, TokioClock, NoOpMiddleware<Nanos>>;

/// The rate of all new streams.
pub(super) struct TotalRate {
    limiter: Limiter<NotKeyed, InMemoryState>,
}

impl TotalRate {
    pub(super) fn new(rate: StreamRate) -> Self {
        let state = InMemoryState::default();
        Self {
            limiter: RateLimiter::new(rate.quota(), state, TokioClock::new()),
        }
    }

    pub(super) fn check(&self) -> Result<(), PermitError> {
        let outcome = self.limiter.check();
        outcome.map_err(|until| refuse(&until, self.limiter.clock()))
    }
}

/// The rate of each key's new streams. Keys are kept as hashes that nobody outside can foresee.
pub(super) struct KeyedRate {
    hasher: RandomState,
    arrivals: Arrivals,
    limiter: Limiter<u64, Arrivals>,
}

impl KeyedRate {
    pub(super) fn new(rate: StreamRate) -> Self {
        let arrivals = Arrivals::default();
        let state = arrivals.clone();
        Self {
            hasher: RandomState::new(),
            arrivals,
            limiter: RateLimiter::new(rate.quota(), state, TokioClock::new()),
        }
    }

    pub(super) fn check(&self, key: &StreamKey) -> Result<(), PermitError> {
        let outcome = self.limiter.check_key(&self.hasher.hash_one(key));
        if self.arrivals.is_due_for_shrinking() {
            self.limiter.retain_recent();
        }
        outcome.map_err(|until| refuse(&until, self.limiter.clock()))
    }
}

fn refuse(until: &NotUntil<Nanos>, clock: &TokioClock) -> PermitError {
    let wait = until.wait_time_from(clock.now());
    PermitError::RateReached { wait }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use tokio::time::sleep;

    use super::*;

    fn wait(outcome: Result<(), PermitError>) -> Option<u128> {
        match outcome {
            Ok(()) => None,
            Err(PermitError::RateReached { wait }) => Some(wait.as_millis()),
            Err(other) => panic!("{other}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_and_then_one_for_each_part_of_the_period() {
        let rate = TotalRate::new(StreamRate::per_second(4));
        for _ in 0..4 {
            assert_eq!(wait(rate.check()), None);
        }
        assert_eq!(wait(rate.check()), Some(250));
        sleep(Duration::from_millis(100)).await;
        assert_eq!(wait(rate.check()), Some(150));
        sleep(Duration::from_millis(150)).await;
        assert_eq!(wait(rate.check()), None);
        assert_eq!(wait(rate.check()), Some(250));
        sleep(Duration::from_secs(60)).await;
        for _ in 0..4 {
            assert_eq!(wait(rate.check()), None);
        }
        assert_eq!(wait(rate.check()), Some(250));
    }

    #[tokio::test(start_paused = true)]
    async fn each_key_has_its_own_and_idle_ones_are_forgotten() {
        let rate = KeyedRate::new(StreamRate::per_second(1));
        let (alice, bob) = (StreamKey::new("alice"), StreamKey::new("bob"));
        assert_eq!(wait(rate.check(&alice)), None);
        assert_eq!(wait(rate.check(&bob)), None);
        assert_eq!(wait(rate.check(&alice)), Some(1000));
        let many = |from: u32| {
            for number in from..from + 1000 {
                let key = StreamKey::new(number.to_be_bytes());
                assert_eq!(wait(rate.check(&key)), None);
            }
        };
        for round in 0..100 {
            many(round * 1000);
            sleep(Duration::from_millis(200)).await;
        }
        // 10,000 came in the last 2 s: what a burst takes to come back, and one interval.
        let kept = rate.limiter.len();
        assert!((10_000..=21_000).contains(&kept), "{kept}");
        assert_eq!(wait(rate.check(&alice)), None);
        assert_eq!(wait(rate.check(&alice)), Some(1000));
    }
}
