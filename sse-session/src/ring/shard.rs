//! Some of those who wait.

use core::task::Waker;

/// Some of those who wait, under one lock.
#[derive(Debug, Default)]
pub(super) struct Shard {
    /// The waker of each that waits.
    slots: Vec<Option<Waker>>,
    /// The slots that are in nobody's use.
    free: Vec<usize>,
    /// How many wait.
    waiting: usize,
}

impl Shard {
    /// How many slots are in use.
    pub(super) fn in_use(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub(super) fn add(&mut self) -> usize {
        if let Some(slot) = self.free.pop() {
            return slot;
        }
        if self.slots.len() == self.slots.capacity() {
            // There are many shards, and each of them would be half empty.
            self.slots.reserve_exact(self.slots.len() / 4 + 4);
        }
        self.slots.push(None);
        self.slots.len() - 1
    }

    /// Nobody waits here any more. The waker, to be dropped outside of the lock.
    pub(super) fn remove(&mut self, slot: usize) -> Option<Waker> {
        let waker = self.slots.get_mut(slot).and_then(Option::take);
        self.waiting -= usize::from(waker.is_some());
        self.free.push(slot);
        waker
    }

    /// The one before, to be dropped outside of the lock.
    pub(super) fn register(&mut self, slot: usize, waker: &Waker) -> Option<Waker> {
        let slot = self.slots.get_mut(slot)?;
        if slot.as_ref().is_some_and(|before| before.will_wake(waker)) {
            return None;
        }
        let before = slot.replace(waker.clone());
        self.waiting += usize::from(before.is_none());
        before
    }

    /// Takes the wakers of those who wait from this slot on, as many as there is room for. The slot
    /// to go on with, if there may be more.
    pub(super) fn take(&mut self, from: usize, wakers: &mut [Option<Waker>]) -> Option<usize> {
        if self.waiting == 0 {
            return None;
        }
        let mut room = wakers.iter_mut();
        for (slot, waiting) in self.slots.iter_mut().enumerate().skip(from) {
            if waiting.is_none() {
                continue;
            }
            let Some(waker) = room.next() else {
                return Some(slot);
            };
            *waker = waiting.take();
            self.waiting -= 1;
        }
        None
    }
}
