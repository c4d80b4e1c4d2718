//! When the newest events came.

use std::collections::VecDeque;

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::observe::Origin;

/// When the newest events of a channel came, by their tags. Kept only where somebody is told.
#[derive(Debug)]
pub(in crate::hub) struct Arrivals {
    max_events: usize,
    list: Mutex<VecDeque<Arrival>>,
}

#[derive(Debug, Clone, Copy)]
pub(in crate::hub) struct Arrival {
    tag: u32,
    pub(in crate::hub) origin: Origin,
    pub(in crate::hub) at: Instant,
}

/// So many at most, however many a ring has.
const MAX_EVENTS: usize = 4_096;

impl Arrivals {
    /// For a ring of so many.
    pub(super) fn new(max_events: usize) -> Self {
        Self {
            max_events: max_events.clamp(1, MAX_EVENTS),
            list: Mutex::default(),
        }
    }

    /// The first time counts.
    pub(in crate::hub) fn note(&self, tag: u32, origin: Origin, at: Instant) {
        let mut list = self.list.lock();
        if list.iter().rev().any(|known| known.tag == tag) {
            return;
        }
        if list.len() >= self.max_events {
            list.pop_front();
        }
        list.push_back(Arrival { tag, origin, at });
    }

    pub(in crate::hub) fn find(&self, tag: u32) -> Option<Arrival> {
        let list = self.list.lock();
        let mut newest_first = list.iter().rev();
        newest_first.find(|known| known.tag == tag).copied()
    }
}
