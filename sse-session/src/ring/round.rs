//! Waking many, some at a time.

use std::sync::Arc;

use super::{Wakers, shard::Shard, sync::Mutex, wakers::wake_some};

/// Wakes those who wait, some at a time: those run before the next ones are woken. Measured on bare
/// tasks, it halves what an event costs when a thousand or more wait for it.
///
/// One who calls for a round while some are under way prolongs them: they come to everybody once
/// more. Dropped before it is over, it wakes the rest at once.
#[derive(Debug)]
pub(crate) struct Round {
    wakers: Arc<Wakers>,
    /// Where it is, and the next slot there.
    at: Option<(Arc<Mutex<Shard>>, usize)>,
    is_over: bool,
}

/// So many batches are woken in a step.
const BATCHES: usize = 2;

impl Round {
    pub(super) const fn new(wakers: Arc<Wakers>) -> Self {
        Self {
            wakers,
            at: None,
            is_over: false,
        }
    }

    /// Wakes some; whether there are more.
    pub(crate) fn step(&mut self) -> bool {
        for _ in 0..BATCHES {
            let at = self.at.take().or_else(|| {
                let shard = self.wakers.next_shard();
                shard.map(|shard| (shard, 0))
            });
            let Some((shard, from)) = at else {
                self.is_over = true;
                return false;
            };
            self.at = wake_some(&shard, from).map(|next| (shard, next));
        }
        true
    }
}

impl Drop for Round {
    fn drop(&mut self) {
        while !self.is_over && self.step() {}
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use core::{
        sync::atomic::{AtomicUsize, Ordering},
        task::Waker,
    };
    use std::task::Wake;

    use super::*;
    use crate::ring::Slot;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    impl Count {
        fn take(&self) -> usize {
            self.0.swap(0, Ordering::Relaxed)
        }
    }

    const MANY: usize = 10_000;

    fn waiting(number: usize) -> (Arc<Wakers>, Arc<Count>, Waker, Vec<Slot>) {
        let wakers = Arc::new(Wakers::new());
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let slots: Vec<_> = (0..number).map(|_| wakers.add()).collect();
        slots.iter().for_each(|slot| slot.register(&waker));
        (wakers, count, waker, slots)
    }

    fn called(wakers: &Arc<Wakers>) -> Vec<Round> {
        let mut rounds = Vec::new();
        wakers.wake_in_rounds(|round| rounds.push(round));
        rounds
    }

    #[test]
    fn few_are_woken_at_once() {
        let (wakers, count, _, _slots) = waiting(64);
        assert!(called(&wakers).is_empty());
        assert_eq!(count.take(), 64);
    }

    #[test]
    fn many_are_woken_some_at_a_time_and_each_once() {
        let (wakers, count, _, _slots) = waiting(MANY);
        let mut rounds = called(&wakers);
        let mut woken = count.take();
        while let Some(mut round) = rounds.pop() {
            if round.step() {
                rounds.insert(0, round);
            }
            let step = count.take();
            assert!(step <= 64, "{step}");
            woken += step;
        }
        assert_eq!(woken, MANY);
    }

    #[test]
    fn a_call_prolongs_the_rounds_that_are_under_way() {
        let (wakers, count, waker, slots) = waiting(MANY);
        let mut rounds = called(&wakers);
        for _ in 0..100 {
            rounds[0].step();
        }
        slots.iter().for_each(|slot| slot.register(&waker));
        assert!(called(&wakers).is_empty(), "there are enough");
        for round in &mut rounds {
            while round.step() {}
        }
        slots.iter().for_each(|slot| slot.register(&waker));
        count.take();
        wakers.wake_all();
        assert_eq!(count.take(), MANY, "none was forgotten before");
        assert_eq!(called(&wakers).len(), rounds.len(), "they are over");
    }

    /// The runtime that was to do it may be gone.
    #[test]
    fn one_that_is_dropped_wakes_the_rest() {
        let (wakers, count, waker, slots) = waiting(MANY);
        let mut rounds = called(&wakers);
        rounds[0].step();
        drop(rounds);
        assert_eq!(count.take(), MANY);
        slots.iter().for_each(|slot| slot.register(&waker));
        drop(called(&wakers));
        assert_eq!(count.take(), MANY);
    }
}
