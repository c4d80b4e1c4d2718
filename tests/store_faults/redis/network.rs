//! What the network does, and what the server cuts.

use core::time::Duration;

use sse_tests::fault_proxy::{Direction, Mode};

use super::world::World;
use crate::{
    black_hole::{SHORT, black_hole},
    checker::{Rules, check},
    load::{Run, seed, soak},
    lost_hints::lost_hints,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hints_that_are_lost_cost_nothing_but_time() {
    let test = "hints_that_are_lost_cost_nothing_but_time";
    let Some(world) = World::start(test, &[]).await else {
        return;
    };
    let (hubs, store) = (world.hubs().await, world.store().await);
    lost_hints(test, 500, Rules::NO_LOSS, hubs, &world.proxies, &store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_cuts_slow_listeners_loses_nothing() {
    let test = "a_server_that_cuts_slow_listeners_loses_nothing";
    let seed = seed(test);
    let Some(mut world) = World::start(test, &[]).await else {
        return;
    };
    // A hint is longer than what the server can write at once, so it has to wait in the buffer.
    world.set_up = |options| options.with_told_bytes(64 << 10);
    let run = Run::begin_with(seed, world.hubs().await, 20 << 10).await;
    run.acknowledge(50).await;
    let connections = || -> u64 {
        let proxies = world.proxies.iter();
        proxies.map(|proxy| proxy.figures().connections).sum()
    };
    let before = connections();
    let limit = |limit: &str| {
        let command = format!("CONFIG SET client-output-buffer-limit \"pubsub {limit}\"");
        world.server.ask(&command);
    };
    limit("1 0 0");
    run.acknowledge(100).await;
    let cut = connections() - before;
    limit("0 0 0");
    run.acknowledge(50).await;
    let history = run.finish(&world.store().await).await;
    let figures = check(&history, &Rules::NO_LOSS).unwrap();
    println!("{test}: cut {cut} times; {figures:?}");
    assert!(cut > 0);
}

/// Each of these for a while on one node after the other, while the others go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_the_network_does_to_a_node_nothing_is_lost() {
    let test = "whatever_the_network_does_to_a_node_nothing_is_lost";
    let seed = seed(test);
    let Some(mut world) = World::start(test, &[]).await else {
        return;
    };
    world.set_up = |options| options.with_response_timeout(Duration::from_millis(300));
    let mut random = fastrand::Rng::with_seed(seed);
    // Who publishes from outside goes on.
    let (hubs, outside) = (world.hubs().await, world.outside().await);
    let writers = [&hubs[..], &[outside]].concat();
    let run = Run::begin_from(seed, hubs, writers, 0).await;
    for _ in 0..2 {
        for mode in [
            Mode::BlackHole,
            Mode::HalfOpen(Direction::ToServer),
            Mode::HalfOpen(Direction::ToClient),
            Mode::Delay {
                by: Duration::from_millis(5),
                jitter: Duration::from_millis(50),
            },
            Mode::CutAfter(random.u64(..5_000)),
            Mode::Refuse,
        ] {
            let proxy = &world.proxies[random.usize(..world.proxies.len())];
            proxy.set_mode(mode);
            run.acknowledge(40).await;
            proxy.set_mode(Mode::Pass);
        }
    }
    let history = run.finish(&world.store().await).await;
    let figures = check(&history, &Rules::NO_LOSS).unwrap();
    println!("{test}: {figures:?}");
    assert!(figures.gaps.is_empty());
}

/// For as long as `SSE_TEST_SOAK` says, if it says something.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_black_hole_all_are_current_with_few_reads_at_a_time() {
    let test = "after_a_black_hole_all_are_current_with_few_reads_at_a_time";
    let Some(world) = World::start(test, &[]).await else {
        return;
    };
    let (stores, outside) = (world.stores().await, world.store().await);
    let time = soak(test).unwrap_or(SHORT);
    let set_mode = |mode| world.set_mode(mode);
    black_hole(test, time, Rules::NO_LOSS, stores, outside, set_mode).await;
}
