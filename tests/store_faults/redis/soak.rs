//! All of it together, by chance.

use core::time::Duration;

use sse_tests::fault_proxy::{Direction, Mode};
use tokio::time::Instant;

use super::world::{SYNCED, World};
use crate::{
    checker::{Rules, check},
    load::{Run, seed, soak},
};

/// Of one run, after which it is checked and begins anew.
const FAULTS: u32 = 10;

fn mode(random: &mut fastrand::Rng) -> Mode {
    let direction = if random.bool() {
        Direction::ToServer
    } else {
        Direction::ToClient
    };
    let upto = |milliseconds| Duration::from_millis(milliseconds);
    match random.u32(..6) {
        0 => Mode::BlackHole,
        1 => Mode::HalfOpen(direction),
        2 => Mode::Delay {
            by: upto(random.u64(..20)),
            jitter: upto(random.u64(..200)),
        },
        3 => Mode::CutAfter(random.u64(..20_000)),
        4 => Mode::Refuse,
        _ => Mode::Pass,
    }
}

async fn run(test: &str, world: &mut World, random: &mut fastrand::Rng) {
    // Who publishes from outside goes on whatever becomes of the nodes.
    let (hubs, outside) = (world.hubs().await, world.outside().await);
    let writers = [&hubs[..], &[outside]].concat();
    let run = Run::begin_from(random.u64(..), hubs, writers, 0).await;
    for proxy in &world.proxies {
        proxy.set_lost_hints(random.u64(..200), random.u64(..));
    }
    for _ in 0..FAULTS {
        for proxy in &world.proxies[..random.usize(..3)] {
            proxy.set_mode(mode(random));
        }
        run.acknowledge(random.usize(..60)).await;
        match random.u32(..8) {
            0 => world.kill_and_start_again(),
            1 => {
                world.server.server().signal("STOP");
                tokio::time::sleep(Duration::from_millis(random.u64(..1_500))).await;
                world.server.server().signal("CONT");
            }
            _ => {}
        }
        // Another one next, so that each is at its worst now and then.
        world.proxies.rotate_left(1);
        if random.bool() {
            world.set_mode(Mode::Pass);
        }
    }
    world.set_mode(Mode::Pass);
    let history = run.finish(&world.store().await).await;
    let figures = check(&history, &Rules::NO_LOSS).unwrap();
    println!("{test}: {figures:?}");
    assert!(figures.gaps.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_by_chance_nothing_is_lost() {
    let test = "whatever_happens_by_chance_nothing_is_lost";
    let time = soak(test).unwrap_or_default();
    let mut random = fastrand::Rng::with_seed(seed(test));
    let begun = Instant::now();
    loop {
        let Some(mut world) = World::start(test, SYNCED).await else {
            return;
        };
        world.set_up = |options| options.with_response_timeout(Duration::from_millis(300));
        run(test, &mut world, &mut random).await;
        if begun.elapsed() >= time {
            return;
        }
    }
}
