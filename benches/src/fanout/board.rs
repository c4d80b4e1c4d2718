//! Who has got the last event of a burst, and when.

use core::{
    sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering},
    time::Duration,
};
use std::time::Instant;

use tokio::sync::Notify;

/// What the publisher and its subscribers share. All of it is there before the clock starts.
#[derive(Debug)]
pub struct Board {
    origin: Instant,
    /// When the burst began, in nanoseconds.
    began: AtomicU64,
    /// The last event of the burst.
    last: AtomicU64,
    /// How many have not got it.
    missing: AtomicUsize,
    all_have_it: Notify,
    /// Times to reach a subscriber, in nanoseconds.
    samples: Vec<AtomicU32>,
    taken: AtomicUsize,
}

impl Board {
    /// With room for so many samples; what comes later is not taken.
    #[must_use]
    pub fn new(samples: usize) -> Self {
        Self {
            origin: Instant::now(),
            began: AtomicU64::new(0),
            last: AtomicU64::new(u64::MAX),
            missing: AtomicUsize::new(0),
            all_have_it: Notify::new(),
            samples: (0..samples).map(|_| AtomicU32::new(0)).collect(),
            taken: AtomicUsize::new(0),
        }
    }

    /// A burst begins, up to this event, for so many.
    pub fn begin(&self, last: u64, subscribers: usize) {
        self.missing.store(subscribers, Ordering::Relaxed);
        self.began.store(self.now(), Ordering::Relaxed);
        self.last.store(last, Ordering::Release);
    }

    /// The last event of the burst.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.last.load(Ordering::Acquire)
    }

    /// One more has got it.
    pub fn reached(&self, sampled: bool) {
        if sampled {
            let taken = self.taken.fetch_add(1, Ordering::Relaxed);
            if let Some(sample) = self.samples.get(taken) {
                let time = self.now() - self.began.load(Ordering::Relaxed);
                let time = u32::try_from(time).unwrap_or(u32::MAX);
                sample.store(time, Ordering::Relaxed);
            }
        }
        if self.missing.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.all_have_it.notify_one();
        }
    }

    /// Waits until all have got it.
    pub async fn all_have_it(&self) {
        self.all_have_it.notified().await;
    }

    /// Forgets the samples.
    pub fn reset_samples(&self) {
        self.taken.store(0, Ordering::Relaxed);
    }

    /// The samples, sorted.
    #[must_use]
    pub fn samples(&self) -> Vec<Duration> {
        let taken = self.taken.load(Ordering::Relaxed);
        let samples = self.samples.iter().take(taken);
        let mut samples: Vec<_> = samples
            .map(|sample| Duration::from_nanos(sample.load(Ordering::Relaxed).into()))
            .collect();
        samples.sort_unstable();
        samples
    }

    fn now(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}
