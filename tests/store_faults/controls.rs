//! The checker over whole runs: it takes a right store, and rejects broken ones.

use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

use sse_session::{
    conformance::{BrokenStore, Defect},
    memory::MemoryStore,
    store::{Append, Appended, Durability, LogName, Position, SessionStore, StoreFuture},
};

use crate::{
    checker::{Figures, Rules, Violation, check},
    history::{History, Seen},
    load::{Run, hub, seed},
};

/// The history of a run with gaps, as it would be if subscribers swallowed them.
pub(crate) fn reject_without_gaps(test: &str, mut history: History, rules: &Rules) {
    for seen in &mut history.subscribers {
        seen.retain(|seen| !matches!(seen, Seen::Gap { .. }));
    }
    let violation = check(&history, rules).unwrap_err();
    println!("{test}: without its gaps {violation:?}");
}

/// Each node has the store by another way, and nothing goes wrong but what is wrong with that.
async fn run<S: SessionStore>(
    test: &str,
    way: impl Fn(MemoryStore) -> S,
) -> Result<Figures, Violation> {
    let store = MemoryStore::new();
    let hubs = (0..3).map(|_| hub(way(store.clone())).build().unwrap());
    let run = Run::begin(seed(test), hubs.collect()).await;
    run.acknowledge(300).await;
    check(&run.finish(&store).await, &Rules::NO_LOSS)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_wrong_with_a_store_in_memory() {
    let test = "nothing_is_wrong_with_a_store_in_memory";
    let figures = run(test, |store| store).await.unwrap();
    println!("{test}: {figures:?}");
    assert!(figures.acknowledged >= 300 && figures.reconnects > 0);
}

/// One event is acknowledged, and not there.
#[derive(Debug, Clone, Default)]
struct LosesOne {
    appended: Arc<AtomicU32>,
}

impl Defect<MemoryStore> for LosesOne {
    fn append<'a>(
        &'a self,
        right: &'a MemoryStore,
        log: &'a LogName,
        append: Append,
    ) -> StoreFuture<'a, Appended> {
        if self.appended.fetch_add(1, Ordering::Relaxed) != 100 {
            return right.append(log, append);
        }
        Box::pin(async move {
            let head = right.heads(core::slice::from_ref(log)).await?[0].unwrap();
            let lost = Position {
                offset: head.offset + 1,
                tag: append.tag,
                ..head
            };
            Ok(Appended::new(lost, Durability::Memory))
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_loses_one_acknowledged_event_is_rejected() {
    let test = "a_store_that_loses_one_acknowledged_event_is_rejected";
    let loses_one = LosesOne::default();
    let way = |store| BrokenStore::new(store, loses_one.clone());
    let lost = run(test, way).await.unwrap_err();
    assert!(
        matches!(lost, Violation::AcknowledgedLost { .. }),
        "{lost:?}"
    );
}
