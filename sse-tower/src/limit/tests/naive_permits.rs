//! Permits in a few lines, that can be broken on purpose.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::{
    limit::{Eviction, PermitError, PermitFuture, StreamKey, StreamPermit, StreamPermits},
    stream::StreamHandle,
};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fault {
    None,
    /// The slot of an evicted stream is freed again when its body is dropped.
    FreedTwice,
    /// The slot of an evicted stream is taken until its body is dropped.
    FreedLate,
    /// A request that comes to no stream keeps its slot.
    KeptWithoutStream,
    NewestEvicted,
    /// A stream that was evicted before it was there goes on.
    EarlyEvictionForgotten,
    /// Any number of evicted streams may be open.
    AnyNumberEnding,
}

impl Fault {
    pub(super) const ALL: [Self; 7] = [
        Self::None,
        Self::FreedTwice,
        Self::FreedLate,
        Self::KeptWithoutStream,
        Self::NewestEvicted,
        Self::EarlyEvictionForgotten,
        Self::AnyNumberEnding,
    ];
}

#[derive(Debug)]
pub(super) struct NaivePermits {
    max_streams: usize,
    per_key: usize,
    max_ending: usize,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    fault: Fault,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    open: isize,
    next: u64,
    slots: Vec<Slot>,
}

#[derive(Debug)]
struct Slot {
    number: u64,
    key: Option<StreamKey>,
    evicted: bool,
    stream: Option<StreamHandle>,
}

impl NaivePermits {
    pub(super) fn new(max_streams: usize, per_key: usize, max_ending: usize, fault: Fault) -> Self {
        let state = Mutex::default();
        Self {
            max_streams,
            per_key,
            max_ending,
            shared: Arc::new(Shared { fault, state }),
        }
    }

    pub(super) fn open(&self) -> usize {
        usize::try_from(self.shared.state.lock().open).unwrap_or(0)
    }

    fn take(&self, key: Option<&StreamKey>) -> Result<u64, PermitError> {
        let fault = self.shared.fault;
        let mut state = self.shared.state.lock();
        let ours = |slot: &&Slot| key.is_some() && slot.key.as_ref() == key;
        let slots = state.slots.iter().filter(ours);
        let (ending, open): (Vec<_>, Vec<_>) = slots.partition(|slot| slot.evicted);
        if open.len() >= self.per_key {
            let all_ending = state.slots.iter().filter(|slot| slot.evicted).count();
            let too_many = ending.len() >= self.max_ending || all_ending >= self.max_streams;
            if too_many && fault != Fault::AnyNumberEnding {
                let max_streams = self.per_key;
                return Err(PermitError::KeyReached { max_streams });
            }
            let newest = open.last().filter(|_| fault == Fault::NewestEvicted);
            let chosen = newest.unwrap_or(&open[0]).number;
            let mut slots = state.slots.iter_mut();
            let evicted = slots.find(|slot| slot.number == chosen).unwrap();
            evicted.evicted = true;
            if let Some(stream) = &evicted.stream {
                stream.end(Eviction::new().to_stream_end());
            }
            if fault != Fault::FreedLate {
                state.open -= 1;
            }
        } else if usize::try_from(state.open).unwrap_or(0) >= self.max_streams {
            let max_streams = self.max_streams;
            return Err(PermitError::TotalReached { max_streams });
        }
        state.open += 1;
        state.next += 1;
        let number = state.next;
        state.slots.push(Slot {
            number,
            key: key.cloned(),
            evicted: false,
            stream: None,
        });
        Ok(number)
    }
}

impl StreamPermits for NaivePermits {
    fn acquire<'a>(&'a self, key: Option<&'a StreamKey>) -> PermitFuture<'a> {
        let taken = self.take(key).map(|number| {
            let shared = Arc::clone(&self.shared);
            let permit: Box<dyn StreamPermit> = Box::new(NaivePermit { number, shared });
            permit
        });
        Box::pin(core::future::ready(taken))
    }
}

struct NaivePermit {
    number: u64,
    shared: Arc<Shared>,
}

impl StreamPermit for NaivePermit {
    fn attach(&self, stream: &StreamHandle) {
        let mut state = self.shared.state.lock();
        let mut slots = state.slots.iter_mut();
        let slot = slots.find(|slot| slot.number == self.number).unwrap();
        slot.stream = Some(stream.clone());
        if slot.evicted && self.shared.fault != Fault::EarlyEvictionForgotten {
            stream.end(Eviction::new().to_stream_end());
        }
    }
}

impl Drop for NaivePermit {
    fn drop(&mut self) {
        let fault = self.shared.fault;
        let mut state = self.shared.state.lock();
        let mut slots = state.slots.iter();
        let index = slots.position(|slot| slot.number == self.number).unwrap();
        let slot = state.slots.remove(index);
        if slot.stream.is_none() && fault == Fault::KeptWithoutStream {
            return;
        }
        let frees_evicted = matches!(fault, Fault::FreedTwice | Fault::FreedLate);
        if !slot.evicted || frees_evicted {
            state.open -= 1;
        }
    }
}
