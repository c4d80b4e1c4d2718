//! The slots of one server: pure counting, no stream is ended here.

use std::collections::{BTreeMap, HashMap};

use super::{Eviction, PermitError, StreamKey};
use crate::stream::StreamHandle;

/// How many slots there are.
#[derive(Debug, Clone)]
pub(super) struct SlotLimits {
    pub(super) max_streams: usize,
    pub(super) max_streams_per_key: usize,
    pub(super) eviction: Option<Eviction>,
}

/// The slots that are taken.
#[derive(Default)]
pub(super) struct Slots {
    open: usize,
    /// Evicted, and not given back yet.
    ending: usize,
    keys: HashMap<StreamKey, KeySlots>,
    next: u64,
}

/// The slots of one key, the oldest first. There as long as any of its streams is.
#[derive(Default)]
struct KeySlots {
    open: BTreeMap<u64, Option<StreamHandle>>,
    ending: usize,
}

/// A slot was taken.
pub(super) struct Taken {
    pub(super) number: u64,
    /// The stream that has to end for it, if it is there already.
    pub(super) evicted: Option<StreamHandle>,
}

impl Slots {
    pub(super) const fn open(&self) -> usize {
        self.open
    }

    pub(super) const fn ending(&self) -> usize {
        self.ending
    }

    pub(super) fn keys(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn open_of(&self, key: &StreamKey) -> usize {
        self.keys.get(key).map_or(0, |key| key.open.len())
    }

    /// Takes a slot, that of the key's oldest stream if need be.
    pub(super) fn take(
        &mut self,
        key: Option<&StreamKey>,
        limits: &SlotLimits,
    ) -> Result<Taken, PermitError> {
        let max_streams = limits.max_streams_per_key;
        let mut evicted = None;
        if key.is_some_and(|key| self.open_of(key) >= max_streams) {
            let slots = key.and_then(|key| self.keys.get_mut(key));
            let oldest = slots.and_then(|slots| slots.evict(limits, self.ending));
            evicted = oldest.ok_or(PermitError::KeyReached { max_streams })?;
            self.open -= 1;
            self.ending += 1;
        } else if self.open >= limits.max_streams {
            let max_streams = limits.max_streams;
            return Err(PermitError::TotalReached { max_streams });
        }
        let number = self.next;
        self.next += 1;
        self.open += 1;
        if let Some(key) = key {
            let slots = self.keys.entry(key.clone()).or_default();
            slots.open.insert(number, None);
        }
        Ok(Taken { number, evicted })
    }

    /// The stream of a slot is there. `false`: it was evicted before.
    pub(super) fn attach(&mut self, number: u64, key: &StreamKey, stream: &StreamHandle) -> bool {
        let slots = self.keys.get_mut(key);
        let slot = slots.and_then(|slots| slots.open.get_mut(&number));
        slot.is_some_and(|slot| {
            *slot = Some(stream.clone());
            true
        })
    }

    /// Gives a slot back; once for each that was taken. Its handle is to be dropped by the caller,
    /// without a lock: that may drop anything.
    pub(super) fn give_back(
        &mut self,
        number: u64,
        key: Option<&StreamKey>,
    ) -> Option<StreamHandle> {
        let Some(key) = key else {
            self.open -= 1;
            return None;
        };
        let slots = self.keys.get_mut(key)?;
        let slot = slots.open.remove(&number);
        if slot.is_some() {
            self.open -= 1;
        } else {
            // Its place is another's already.
            slots.ending -= 1;
            self.ending -= 1;
        }
        if slots.open.is_empty() && slots.ending == 0 {
            self.keys.remove(key);
        }
        slot.flatten()
    }
}

impl KeySlots {
    /// Takes the place of the oldest stream. `None`: it may not be taken.
    fn evict(&mut self, limits: &SlotLimits, all_ending: usize) -> Option<Option<StreamHandle>> {
        let eviction = limits.eviction.as_ref()?;
        if self.ending >= eviction.max_ending_streams() || all_ending >= limits.max_streams {
            return None;
        }
        let (_, oldest) = self.open.pop_first()?;
        self.ending += 1;
        Some(oldest)
    }
}
