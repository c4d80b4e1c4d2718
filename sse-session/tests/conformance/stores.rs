//! How the suite gets at the stores.

use core::{fmt, time::Duration};
use std::sync::Arc;

use sse_session::{
    conformance::{
        BrokenStore, FaultRates, Faults, FaultyStore, Harness, HarnessFuture, ReferenceStore, Stop,
        Timing,
    },
    memory::MemoryStore,
    store::{PrefixStore, SessionStore},
};

use crate::mirrored::MirroredTo;

/// A store that is opened again by going on with it, if it can be.
#[derive(Clone, Copy)]
pub(crate) struct InProcess {
    name: &'static str,
    fresh: fn() -> Arc<dyn SessionStore>,
    timing: Timing,
}

impl Harness for InProcess {
    fn name(&self) -> &str {
        self.name
    }

    fn fresh(&self) -> HarnessFuture<'_> {
        Box::pin(async { Ok((self.fresh)()) })
    }

    fn reopen(&self, store: Arc<dyn SessionStore>) -> HarnessFuture<'_> {
        Box::pin(async move {
            if Arc::strong_count(&store) > 1 {
                return Err(Stop::failed("somebody else still has the store"));
            }
            Ok(store)
        })
    }

    fn another<'a>(&'a self, store: &'a Arc<dyn SessionStore>) -> HarnessFuture<'a> {
        Box::pin(async { Ok(Arc::clone(store)) })
    }

    fn timing(&self) -> Timing {
        self.timing
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

fn paused(name: &'static str, fresh: fn() -> Arc<dyn SessionStore>) -> InProcess {
    InProcess {
        name,
        fresh,
        timing: Timing::PAUSED,
    }
}

pub(crate) fn reference_in_real_time() -> InProcess {
    InProcess {
        name: "reference in real time",
        timing: Timing::real(Duration::from_millis(200), Duration::from_millis(20)),
        ..reference()
    }
}

pub(crate) fn reference() -> InProcess {
    paused("reference", || Arc::new(ReferenceStore::new()))
}

pub(crate) fn memory() -> InProcess {
    paused("memory", || Arc::new(MemoryStore::new()))
}

pub(crate) fn boxed_memory() -> InProcess {
    paused("boxed memory", || {
        Arc::new(Box::new(MemoryStore::new()) as Box<dyn SessionStore>)
    })
}

pub(crate) fn shared_memory() -> InProcess {
    paused("shared memory", || Arc::new(Arc::new(MemoryStore::new())))
}

pub(crate) fn prefixed_memory() -> InProcess {
    paused("prefixed memory", || tenants(MemoryStore::new()))
}

pub(crate) fn prefixed_reference() -> InProcess {
    paused("prefixed reference", || tenants(ReferenceStore::new()))
}

/// The first of two tenants; what happens to it has happened to the other one before. The name of one is
/// the beginning of the other's, which is as long as it may be.
fn tenants(store: impl SessionStore) -> Arc<dyn SessionStore> {
    let store = Arc::new(store);
    let longest = "a".repeat(PrefixStore::<ReferenceStore>::MAX_BYTES);
    let second = PrefixStore::new(&longest[1..], Arc::clone(&store)).unwrap();
    let first = PrefixStore::new(&longest, store).unwrap();
    Arc::new(BrokenStore::new(first, MirroredTo(second)))
}

pub(crate) fn faulty() -> InProcess {
    paused("faulty", || {
        Arc::new(FaultyStore::new(ReferenceStore::new(), Faults::new()))
    })
}

pub(crate) fn slow() -> InProcess {
    paused("slow", || {
        let faults = Faults::new();
        let rates = FaultRates::default().with_delay(Duration::from_micros(1_500));
        faults.set_rates(7, rates.with_double(300));
        Arc::new(FaultyStore::new(ReferenceStore::new(), faults))
    })
}
