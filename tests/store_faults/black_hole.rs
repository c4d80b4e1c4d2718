//! All nodes are cut off from their store, while others publish.

use core::time::Duration;
use std::sync::Arc;

use sse_session::{conformance::BrokenStore, hub::Hub, store::SessionStore};
use sse_tests::fault_proxy::Mode;
use tokio::time::{Instant, sleep};

use crate::{
    checker::{Rules, check},
    counted::{Counted, Counts},
    load::{CHANNELS, Run, hub, seed},
};

/// How long nodes are cut off, if nobody asks for more.
pub(crate) const SHORT: Duration = Duration::from_secs(3);

/// So many streams of a node may read for themselves.
const MAX_READS: usize = 4;

/// Cuts off the nodes over these stores for so long. All is told by what is outside.
pub(crate) async fn black_hole<S: SessionStore>(
    test: &str,
    time: Duration,
    rules: Rules,
    stores: Vec<S>,
    outside: impl SessionStore + Clone,
    set_mode: impl Fn(Mode),
) {
    let counts: Vec<Arc<Counts>> = stores.iter().map(|_| Arc::default()).collect();
    let stores = stores.into_iter().zip(&counts);
    let stores = stores.map(|(store, counts)| BrokenStore::new(store, Counted::new(counts)));
    let hubs: Vec<Hub> = stores
        .map(|store| hub(store).with_max_reads(MAX_READS).build().unwrap())
        .collect();
    let last = hub(outside.clone()).build().unwrap();
    let writers = [&hubs[..], &[last]].concat();
    let run = Run::begin_from(seed(test), hubs, writers, 0).await;
    run.acknowledge(150).await;
    set_mode(Mode::BlackHole);
    let begun = Instant::now();
    run.acknowledge(100).await;
    run.pause();
    // Nothing is waited for: this is how long the fault lasts.
    sleep(time.saturating_sub(begun.elapsed())).await;
    let reads = || -> u64 { counts.iter().map(|counts| counts.reads()).sum() };
    let before = reads();
    set_mode(Mode::Pass);
    let healed = Instant::now();
    let history = run.finish(&outside).await;
    let took = healed.elapsed();
    let figures = check(&history, &rules).unwrap();
    let most: Vec<_> = counts.iter().map(|counts| counts.most_reads()).collect();
    let reads = reads() - before;
    println!(
        "{test}: after {time:?} current in {took:?} with {reads} reads, {most:?} at a time at most; {figures:?}"
    );
    // And one for each channel, by which the node itself catches up.
    let bound = MAX_READS + CHANNELS;
    assert!(most.iter().all(|most| *most <= bound), "{most:?}");
    assert!(figures.gaps.is_empty());
}
