//! What the network does.

use sse_tests::fault_proxy::{Direction, Mode};

use super::world::World;
use crate::{
    black_hole::{SHORT, black_hole},
    checker::{Rules, check},
    load::{Run, seed, soak},
    lost_hints::lost_hints,
};

const NO_LOSS: Rules = Rules::NO_LOSS.with_holes();

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hints_that_are_lost_cost_nothing_but_time() {
    let test = "nats::hints_that_are_lost_cost_nothing_but_time";
    let Some(world) = World::start(test).await else {
        return;
    };
    let (hubs, store) = (world.hubs().await, world.store().await);
    lost_hints(test, 300, NO_LOSS, hubs, &world.proxies, &store).await;
}

/// Answers are lost, so publishers with keys repeat what is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_again_for_want_of_an_answer_is_there_once() {
    let test = "nats::what_is_published_again_for_want_of_an_answer_is_there_once";
    let seed = seed(test);
    let Some(world) = World::start(test).await else {
        return;
    };
    let (hubs, outside) = (world.hubs().await, world.outside().await);
    let writers = [&hubs[..], &[outside]].concat();
    let run = Run::begin_from(seed, hubs, writers, 0).await;
    for proxy in &world.proxies {
        for mode in [Mode::HalfOpen(Direction::ToClient), Mode::Refuse] {
            run.acknowledge(30).await;
            proxy.set_mode(mode);
            run.acknowledge(30).await;
            proxy.set_mode(Mode::Pass);
        }
    }
    let history = run.finish(&world.store().await).await;
    let figures = check(&history, &NO_LOSS).unwrap();
    println!("{test}: {figures:?}");
    assert!(figures.gaps.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_black_hole_all_are_current_with_few_reads_at_a_time() {
    let test = "nats::after_a_black_hole_all_are_current_with_few_reads_at_a_time";
    let Some(world) = World::start(test).await else {
        return;
    };
    let (stores, outside) = (world.stores().await, world.store().await);
    let time = soak(test).unwrap_or(SHORT);
    let set_mode = |mode| world.set_mode(mode);
    black_hole(test, time, NO_LOSS, stores, outside, set_mode).await;
}
