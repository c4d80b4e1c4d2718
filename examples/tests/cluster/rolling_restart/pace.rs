//! How clients come back: when, and how many in a second.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

/// How the clients of a node have come back since it was asked to end.
#[derive(Debug)]
pub(super) struct Pace {
    /// Of each second, how many requests were made.
    pub(super) seconds: Vec<usize>,
    /// In a second of the drain's window, if they were all made in it and alike.
    pub(super) mean: f64,
    /// When the last one had its stream.
    pub(super) all_back: Duration,
    /// Why requests came to nothing, and how many.
    refusals: BTreeMap<String, usize>,
}

impl Pace {
    pub(super) fn new(returns: &[Duration], all_back: Duration, window: Duration) -> Self {
        let mut seconds = vec![0; 1];
        for time in returns {
            let second = usize::try_from(time.as_secs()).unwrap();
            seconds.resize(seconds.len().max(second + 1), 0);
            seconds[second] += 1;
        }
        let mean = returns.len() as f64 / window.as_secs_f64();
        Self {
            seconds,
            mean,
            all_back,
            refusals: BTreeMap::new(),
        }
    }

    pub(super) fn with_refusals(mut self, refusals: BTreeMap<String, usize>) -> Self {
        self.refusals = refusals;
        self
    }

    fn fullest(&self) -> usize {
        self.seconds.iter().copied().max().unwrap_or(0)
    }

    /// Whether no second has more than twice the mean.
    ///
    /// The times are drawn at random, so a count varies: three standard deviations more (of a Poisson distribution) are
    /// let pass. So is what has gathered while the machine stood still: that is its own, and no wave of clients.
    pub(super) fn is_even(&self, late: Duration) -> bool {
        let bound = 2.0 * self.mean * (1.0 + late.as_secs_f64());
        self.fullest() as f64 <= bound + 3.0 * bound.sqrt()
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count: usize = self.seconds.iter().sum();
        write!(
            f,
            "{count} reconnections, {:.1} in a second of the window and {} in the fullest one ({:.2} times), refused {:?}, all back after {:.1?}",
            self.mean,
            self.fullest(),
            self.fullest() as f64 / self.mean,
            self.refusals,
            self.all_back,
        )
    }
}

/// How late this machine does what should be done every 50 ms.
#[derive(Debug)]
pub(super) struct Lateness {
    worst: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Lateness {
    pub(super) fn start() -> Self {
        let worst = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&worst);
        let task = tokio::spawn(async move {
            let tick = Duration::from_millis(50);
            loop {
                let begun = Instant::now();
                tokio::time::sleep(tick).await;
                let late = begun.elapsed().saturating_sub(tick).as_millis();
                seen.fetch_max(u64::try_from(late).unwrap(), Ordering::Relaxed);
            }
        });
        Self { worst, task }
    }

    pub(super) fn worst_so_far(&self) -> Duration {
        Duration::from_millis(self.worst.load(Ordering::Relaxed))
    }
}

impl Drop for Lateness {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[test]
fn a_wave_is_told_from_what_is_spread() {
    let spread: Vec<_> = (0..300)
        .map(|n| Duration::from_millis(1000 + n * 40))
        .collect();
    let wave: Vec<_> = (0..300)
        .map(|n| Duration::from_millis(1000 + n * 7))
        .collect();
    let window = Duration::from_secs(10);
    let of = |times: &[Duration]| Pace::new(times, Duration::ZERO, window);
    assert!(of(&spread).is_even(Duration::ZERO), "{}", of(&spread));
    assert!(!of(&wave).is_even(Duration::ZERO), "{}", of(&wave));
}
