//! Some of those who wait.

use core::task::Waker;
use std::collections::VecDeque;

/// Some of those who wait, under one lock.
#[derive(Debug, Default)]
pub(super) struct Shard {
    slots: Vec<SlotState>,
    free: Vec<usize>,
    /// The slots with a waker, in the order in which they were registered.
    armed: VecDeque<usize>,
}

#[derive(Debug)]
enum SlotState {
    Free,
    /// In use, and not waiting.
    Idle,
    Armed(Waker),
}

impl Shard {
    /// How many slots are in use.
    pub(super) fn in_use(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub(super) fn add(&mut self) -> usize {
        if let Some(slot) = self.free.pop() {
            self.set(slot, SlotState::Idle);
            return slot;
        }
        self.slots.push(SlotState::Idle);
        self.slots.len() - 1
    }

    /// Nobody waits here any more. The waker, to be dropped outside of the lock.
    pub(super) fn remove(&mut self, slot: usize) -> Option<Waker> {
        let waker = self.set(slot, SlotState::Free);
        if waker.is_some() {
            self.armed.retain(|armed| *armed != slot);
        }
        self.free.push(slot);
        waker
    }

    /// The one before, to be dropped outside of the lock.
    pub(super) fn register(&mut self, slot: usize, waker: &Waker) -> Option<Waker> {
        if let Some(SlotState::Armed(armed)) = self.slots.get(slot) {
            if armed.will_wake(waker) {
                return None;
            }
        } else {
            self.armed.push_back(slot);
        }
        self.set(slot, SlotState::Armed(waker.clone()))
    }

    /// How many wait.
    pub(super) fn armed(&self) -> usize {
        self.armed.len()
    }

    /// Whoever has waited longest.
    pub(super) fn pop(&mut self) -> Option<Waker> {
        let slot = self.armed.pop_front()?;
        self.set(slot, SlotState::Idle)
    }

    fn set(&mut self, slot: usize, state: SlotState) -> Option<Waker> {
        let state = core::mem::replace(self.slots.get_mut(slot)?, state);
        match state {
            SlotState::Armed(waker) => Some(waker),
            SlotState::Free | SlotState::Idle => None,
        }
    }
}
