//! What is to be done later.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::Work;

/// What is to be done, and when: in the order of the times, then of the asking.
#[derive(Default)]
pub(super) struct Jobs {
    waiting: BTreeMap<(Instant, u64), Work>,
    asked: u64,
}

impl Jobs {
    pub(super) fn push(&mut self, at: Instant, work: Work) {
        self.asked += 1;
        self.waiting.insert((at, self.asked), work);
    }

    pub(super) fn next_at(&self) -> Option<Instant> {
        self.waiting.first_key_value().map(|((at, _), _)| *at)
    }

    pub(super) fn take_due(&mut self, now: Instant) -> Vec<Work> {
        let later = self.waiting.split_off(&(now, u64::MAX));
        let due = core::mem::replace(&mut self.waiting, later);
        due.into_values().collect()
    }
}
