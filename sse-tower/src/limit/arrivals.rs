//! When the next stream of each key may come: what governor keeps for a key, within bounds.

use std::{collections::HashMap, sync::Arc};

use governor::{
    nanos::Nanos,
    state::{StateStore, keyed::ShrinkableKeyedStateStore},
};
use parking_lot::Mutex;

/// When the next stream of each key may come, by the key's hash. Clones are the same.
///
/// No task cleans up: whoever makes it twice as large as it was after the last time does, and what is
/// not recent goes. So it has at most twice the keys that were recent then, and never more than
/// [`MAX_KEYS`](Self::MAX_KEYS).
#[derive(Clone, Default)]
pub(super) struct Arrivals {
    state: Arc<Mutex<State>>,
}

struct State {
    times: HashMap<u64, Nanos>,
    shrink_at: usize,
}

impl Arrivals {
    /// Some 2 MB. If more than half as many are recent, all are forgotten, and each begins anew.
    pub(super) const MAX_KEYS: usize = 1 << 16;

    pub(super) fn is_due_for_shrinking(&self) -> bool {
        let state = self.state.lock();
        state.times.len() >= state.shrink_at
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            times: HashMap::new(),
            shrink_at: Self::LEAST,
        }
    }
}

impl State {
    /// Fewer keys are not worth the work.
    const LEAST: usize = 1024;
}

impl StateStore for Arrivals {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut state = self.state.lock();
        let (outcome, time) = decide(state.times.get(key).copied())?;
        state.times.insert(*key, time);
        Ok(outcome)
    }
}

impl ShrinkableKeyedStateStore<u64> for Arrivals {
    fn retain_recent(&self, drop_below: Nanos) {
        let mut state = self.state.lock();
        state.times.retain(|_, time| *time > drop_below);
        if state.times.len() > Self::MAX_KEYS / 2 {
            state.times.clear();
        }
        state.shrink_at = (state.times.len() * 2).max(State::LEAST);
        let capacity = state.shrink_at;
        state.times.shrink_to(capacity);
    }

    fn len(&self) -> usize {
        self.state.lock().times.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(arrivals: &Arrivals, key: u64, time: u64) {
        let now = Nanos::from(time);
        let outcome: Result<(), ()> = arrivals.measure_and_replace(&key, |_| Ok(((), now)));
        outcome.unwrap();
    }

    #[test]
    fn it_is_due_at_twice_of_what_was_recent() {
        let arrivals = Arrivals::default();
        for key in 0..2047 {
            assert_eq!(arrivals.is_due_for_shrinking(), key >= 1024, "{key}");
            put(&arrivals, key, key);
        }
        arrivals.retain_recent(Nanos::from(46));
        assert_eq!(arrivals.len(), 2000);
        for key in 2047..4047 {
            assert!(!arrivals.is_due_for_shrinking(), "{key}");
            put(&arrivals, key, key);
        }
        assert!(arrivals.is_due_for_shrinking());
    }

    #[test]
    fn if_too_many_are_recent_all_are_forgotten() {
        let arrivals = Arrivals::default();
        let mut most = 0;
        for key in 0..3 * Arrivals::MAX_KEYS as u64 {
            put(&arrivals, key, u64::MAX);
            most = most.max(arrivals.len());
            if arrivals.is_due_for_shrinking() {
                arrivals.retain_recent(Nanos::from(0));
            }
        }
        assert_eq!(most, Arrivals::MAX_KEYS);
        assert!(arrivals.state.lock().times.capacity() <= 2 * Arrivals::MAX_KEYS);
    }
}
