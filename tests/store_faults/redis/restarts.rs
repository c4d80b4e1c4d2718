//! The server is killed with -9 in the middle of a burst, and started again.

use sse_session::store::GapReason;

use super::world::{SYNCED, World};
use crate::{
    checker::{Figures, Rules, check},
    load::{Run, seed},
};

async fn killed(test: &str, settings: &[&str], times: u32, rules: Rules) -> Option<Figures> {
    let seed = seed(test);
    let mut world = World::start(test, settings).await?;
    let run = Run::begin(seed, world.hubs().await).await;
    for _ in 0..times {
        run.acknowledge(150).await;
        world.kill_and_start_again();
    }
    run.acknowledge(150).await;
    let history = run.finish(&world.store().await).await;
    let figures = check(&history, &rules).unwrap();
    println!("{test}: {figures:?}");
    Some(figures)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_has_written_what_it_acknowledged_loses_nothing_when_it_is_killed() {
    let test = "a_server_that_has_written_what_it_acknowledged_loses_nothing_when_it_is_killed";
    let Some(figures) = killed(test, SYNCED, 3, Rules::NO_LOSS).await else {
        return;
    };
    assert!(figures.lost == 0 && figures.gaps.is_empty());
}

/// With `everysec` the server puts off writing, too, while the disk is slow.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_server_with_a_file_loses_when_it_is_killed_is_told() {
    let test = "what_a_server_with_a_file_loses_when_it_is_killed_is_told";
    let rules = Rules::losing(&[GapReason::Rewound, GapReason::Forked]);
    killed(test, &["--appendonly", "yes"], 3, rules).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_with_nothing_everybody_is_told() {
    let test = "after_a_restart_with_nothing_everybody_is_told";
    let rules = Rules::losing(&[GapReason::Unknown, GapReason::Epoch]);
    let Some(figures) = killed(test, &[], 2, rules).await else {
        return;
    };
    assert!(figures.lost >= 150, "{figures:?}");
    let gaps: usize = figures.gaps.values().sum();
    assert!(gaps >= 50, "{figures:?}");
}
