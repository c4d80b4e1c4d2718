//! The power is cut, and what was not synchronised is gone, or a part of it.

use core::time::Duration;
use std::sync::Arc;

use fastrand::Rng;
use futures_util::future::join_all;
use tokio::runtime::{Builder, Runtime};

use super::{
    disk::Disk,
    witness::{Witness, log},
};
use crate::{
    redb::{RedbMode, RedbOptions, RedbStore},
    store::SessionStore,
};

const LOGS: usize = 3;

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Many more if `SSE_TEST_POWER_CUTS` says so.
fn cuts() -> u64 {
    let said = std::env::var("SSE_TEST_POWER_CUTS").ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(40)
}

/// Writes until there is no power.
async fn write(store: &RedbStore, witness: &Witness) {
    let writers = (0..LOGS * 2).map(async |number| {
        let log = log(number % LOGS);
        let bytes = 1 << (number * 3);
        while witness.append(store, &log, bytes).await.is_ok() {}
    });
    let puts = async { while witness.put(store).await.is_ok() {} };
    tokio::join!(join_all(writers), puts);
}

/// Cuts the power once or more, with these options, and says what was found missing.
fn cut(seed: u64, options: RedbOptions, lies: bool) -> Result<usize, String> {
    let mut random = Rng::with_seed(seed);
    let (witness, runtime) = (Witness::default(), runtime());
    let mut disk = Disk::formatted();
    for _ in 0..random.usize(1..4) {
        let store = disk.open_with(options);
        let store = store.map_err(|failure| format!("it cannot be opened: {failure:?}"))?;
        runtime.block_on(witness.check(&store, LOGS))?;
        if lies {
            disk.lie();
        }
        disk.cut_after(random.u64(1..200));
        let watch = store.watch(Arc::new(witness.clone()));
        (0..LOGS).for_each(|number| watch.add(&log(number)));
        runtime.block_on(write(&store, &witness));
        assert!(disk.is_cut(), "it stopped with power left");
        drop(watch);
        drop(store);
        disk = disk.after_cut(&mut random);
    }
    let store = disk.open_with(options);
    let store = store.map_err(|failure| format!("it cannot be opened: {failure:?}"))?;
    runtime.block_on(witness.check(&store, LOGS))?;
    Ok(witness.acknowledged())
}

#[test]
fn what_was_acknowledged_or_told_is_there_after_a_power_cut() {
    let mut acknowledged = 0;
    for seed in 0..cuts() {
        acknowledged += cut(seed, RedbOptions::default(), false)
            .unwrap_or_else(|problem| panic!("seed {seed}: {problem}"));
    }
    assert!(
        acknowledged as u64 > cuts() * 2,
        "only {acknowledged} appends"
    );
}

#[test]
fn the_same_check_finds_what_a_disk_loses_that_lies() {
    let lost = (0..8).filter(|seed| cut(*seed, RedbOptions::default(), true).is_err());
    assert!(lost.count() >= 6);
}

#[test]
fn the_same_check_finds_what_the_relaxed_mode_loses() {
    let interval = Duration::from_secs(3_600);
    let options = RedbOptions::default().with_mode(RedbMode::Relaxed { interval });
    let runtime = runtime();
    let (disk, witness) = (Disk::formatted(), Witness::default());
    let store = disk.open_with(options).unwrap();
    runtime.block_on(async {
        for _ in 0..10 {
            witness.append(&store, &log(0), 100).await.unwrap();
        }
    });
    let cut = disk.after_cut(&mut Rng::with_seed(1)).open_with(options);
    let cut = cut.unwrap();
    let problem = runtime.block_on(witness.check(&cut, 1)).unwrap_err();
    assert!(problem.contains("is not there"), "{problem}");
    drop(store);
    let closed = disk.open_with(options).unwrap();
    runtime.block_on(witness.check(&closed, 1)).unwrap();
}

#[test]
fn the_relaxed_mode_loses_no_more_than_its_interval() {
    let interval = Duration::from_millis(1);
    let options = RedbOptions::default().with_mode(RedbMode::Relaxed { interval });
    let runtime = runtime();
    let (disk, witness) = (Disk::formatted(), Witness::default());
    let store = disk.open_with(options).unwrap();
    runtime
        .block_on(witness.append(&store, &log(0), 100))
        .unwrap();
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        let cut = disk.after_cut(&mut Rng::with_seed(1)).open_with(options);
        let found = runtime.block_on(witness.check(&cut.unwrap(), 1));
        if found.is_ok() {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "{found:?}");
        std::thread::yield_now();
    }
    drop(store);
}
