//! What is to be looked at when.

use std::collections::BTreeSet;

use tokio::time::Instant;

/// Keys by the time at which they are to be looked at. Whoever is in it knows its own time: it is found
/// by that, in O(log n), and nothing stale is ever left behind.
#[derive(Debug)]
pub(super) struct Schedule<K> {
    times: BTreeSet<(Instant, K)>,
}

impl<K: Ord + Clone> Schedule<K> {
    /// Moves a key from its time to another one.
    pub(super) fn reschedule(&mut self, key: &K, at: &mut Option<Instant>, to: Option<Instant>) {
        if *at == to {
            return;
        }
        if let Some(from) = at.take() {
            self.times.remove(&(from, key.clone()));
        }
        if let Some(to) = to {
            self.times.insert((to, key.clone()));
        }
        *at = to;
    }

    /// The first one, and when.
    pub(super) fn first(&self) -> Option<&(Instant, K)> {
        self.times.first()
    }

    /// The time of the first one.
    pub(super) fn first_time(&self) -> Option<Instant> {
        self.times.first().map(|(time, _)| *time)
    }

    /// The time of the last one.
    pub(super) fn last_time(&self) -> Option<Instant> {
        self.times.last().map(|(time, _)| *time)
    }

    /// The first one whose time has come.
    pub(super) fn due(&self, now: Instant) -> Option<&K> {
        self.first()
            .filter(|(time, _)| *time <= now)
            .map(|(_, key)| key)
    }
}

impl<K> Default for Schedule<K> {
    fn default() -> Self {
        Self {
            times: BTreeSet::new(),
        }
    }
}
