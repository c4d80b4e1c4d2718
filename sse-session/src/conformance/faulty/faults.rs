//! What goes wrong, and when.

use core::time::Duration;
use std::{
    collections::VecDeque,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;

use super::{Fault, FaultRates, Held, HintFault, Operation, held::Gate, hints::FaultySink};

/// What goes wrong in a [`FaultyStore`](super::FaultyStore), and when. A clone is another handle.
///
/// Nothing does by itself: a test says what does, in order ([`push`](Self::push),
/// [`push_hint`](Self::push_hint)), or how often ([`set_rates`](Self::set_rates)), by a seed.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    scripted: VecDeque<(Operation, Fault)>,
    scripted_hints: VecDeque<HintFault>,
    rates: FaultRates,
    /// Of the generator.
    random: u64,
    gates: Vec<Gate>,
    sinks: Vec<Weak<FaultySink>>,
    lost: bool,
    injected: u64,
}

impl Faults {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next operation of this kind that has no fault yet has this one.
    pub fn push(&self, operation: Operation, fault: Fault) {
        self.plan.lock().scripted.push_back((operation, fault));
    }

    /// The next hint that has no fault yet has this one.
    pub fn push_hint(&self, fault: HintFault) {
        self.plan.lock().scripted_hints.push_back(fault);
    }

    /// From now on, faults come by themselves, so often. The same seed gives the same ones in the same
    /// order of operations.
    pub fn set_rates(&self, seed: u64, rates: FaultRates) {
        let mut plan = self.plan.lock();
        plan.random = seed;
        plan.rates = rates;
    }

    /// From now on, nothing goes wrong. Gates stay, and so do lost hints.
    pub fn clear(&self) {
        let mut plan = self.plan.lock();
        plan.scripted.clear();
        plan.scripted_hints.clear();
        plan.rates = FaultRates::default();
    }

    /// How many faults there were, of operations and hints.
    #[must_use]
    pub fn injected(&self) -> u64 {
        self.plan.lock().injected
    }

    /// A gate before all operations of a kind, until it is dropped.
    #[must_use]
    pub fn hold(&self, operation: Operation) -> Held {
        let (held, gate) = Held::new(operation);
        self.plan.lock().gates.push(gate);
        held
    }

    /// Tells every watch [`Lost`](crate::store::WatchEvent::Lost), and then nothing until
    /// [`restore_hints`](Self::restore_hints).
    pub fn lose_hints(&self) {
        for sink in self.set_lost(true) {
            sink.lose();
        }
    }

    /// Hints come again, [`Restored`](crate::store::WatchEvent::Restored) first.
    pub fn restore_hints(&self) {
        for sink in self.set_lost(false) {
            sink.restore();
        }
    }

    fn set_lost(&self, lost: bool) -> Vec<Arc<FaultySink>> {
        let mut plan = self.plan.lock();
        plan.lost = lost;
        plan.sinks.retain(|sink| sink.strong_count() > 0);
        plan.sinks.iter().filter_map(Weak::upgrade).collect()
    }

    pub(super) fn add_sink(&self, sink: &Arc<FaultySink>) {
        let mut plan = self.plan.lock();
        plan.sinks.push(Arc::downgrade(sink));
        let lost = plan.lost;
        drop(plan);
        if lost {
            sink.lose();
        }
    }

    /// Waits while there is a gate before this operation.
    pub(super) async fn pass(&self, operation: Operation) {
        loop {
            let gate = {
                let mut plan = self.plan.lock();
                plan.gates.retain(Gate::is_closed);
                let gate = plan.gates.iter().find(|gate| gate.is_for(operation));
                gate.map(Gate::arrive)
            };
            let Some(mut gate) = gate else { return };
            // Nothing is ever sent: it ends when the gate is gone.
            while gate.changed().await.is_ok() {}
        }
    }

    pub(super) fn next(&self, operation: Operation) -> Option<Fault> {
        let mut plan = self.plan.lock();
        let scripted = plan.scripted.iter().position(|(it, _)| *it == operation);
        let fault = match scripted.and_then(|at| plan.scripted.remove(at)) {
            Some((_, fault)) => Some(fault),
            None => plan.by_chance(),
        };
        plan.injected += u64::from(fault.is_some());
        match fault {
            Some(Fault::OutcomeUnknown { .. }) if operation.only_asks() => Some(Fault::Unavailable),
            fault => fault,
        }
    }

    pub(super) fn next_hint(&self) -> Option<HintFault> {
        let mut plan = self.plan.lock();
        let fault = match plan.scripted_hints.pop_front() {
            Some(fault) => Some(fault),
            None => plan.hint_by_chance(),
        };
        plan.injected += u64::from(fault.is_some());
        fault
    }
}

impl Plan {
    fn by_chance(&mut self) -> Option<Fault> {
        let rates = self.rates;
        let (unavailable, unknown) = (rates.unavailable, rates.outcome_unknown);
        if unavailable > 0 || unknown > 0 {
            let chance = self.chance();
            if chance < unavailable {
                return Some(Fault::Unavailable);
            }
            if chance < unavailable.saturating_add(unknown) {
                let done = self.random() & 1 == 0;
                return Some(Fault::OutcomeUnknown { done });
            }
        }
        let most = u64::try_from(rates.delay?.as_micros()).unwrap_or(u64::MAX);
        let delay = Duration::from_micros(self.random() % most.saturating_add(1).max(1));
        Some(Fault::Delay(delay))
    }

    fn hint_by_chance(&mut self) -> Option<HintFault> {
        let (double, reorder) = (self.rates.double, self.rates.reorder);
        if double == 0 && reorder == 0 {
            return None;
        }
        let chance = self.chance();
        if chance < double {
            Some(HintFault::Double)
        } else if chance < double.saturating_add(reorder) {
            Some(HintFault::Reorder)
        } else {
            None
        }
    }

    fn chance(&mut self) -> u16 {
        (self.random() % 1_000) as u16
    }

    /// SplitMix64: as good as needed here, and the same on every machine.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
