//! A replica takes over.

use core::time::Duration;

use sse_session::{
    redis::{RedisDurability, RedisOptions},
    store::GapReason,
};
use sse_tests::{
    fault_proxy::{FaultProxy, Mode, Protocol},
    servers::Redis,
};

use super::world::World;
use crate::{
    checker::{Rules, check},
    history::{History, Outcome},
    load::{Run, seed},
};

/// A replica of the world's server, that has all of it, and what is between them.
async fn replica(world: &World) -> (Redis, FaultProxy) {
    let between = FaultProxy::start(world.server.address(), Protocol::Opaque);
    let between = between.await.unwrap();
    let port = between.address().port().to_string();
    let replica = Redis::start(&world.program, &["--replicaof", "127.0.0.1", &port]);
    replica.wait_for("INFO replication", "master_link_status:up");
    world.server.wait_for("INFO replication", "state=online");
    (replica, between)
}

fn promote(replica: &Redis) {
    replica.ask("REPLICAOF NO ONE");
    replica.wait_for("INFO replication", "role:master");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_failover_loses_is_told_and_the_common_ancestor_goes_on() {
    let test = "what_a_failover_loses_is_told_and_the_common_ancestor_goes_on";
    let seed = seed(test);
    let Some(mut world) = World::start(test, &[]).await else {
        return;
    };
    let run = Run::begin(seed, world.hubs().await).await;
    run.acknowledge(150).await;
    let (replica, between) = replica(&world).await;
    run.acknowledge(50).await;
    between.set_mode(Mode::BlackHole);
    // These vanish, and their offsets are used again.
    run.acknowledge(100).await;
    promote(&replica);
    world.fail_over(replica);
    run.acknowledge(300).await;
    let history = run.finish(&world.store().await).await;
    let rules = Rules::losing(&[GapReason::Rewound, GapReason::Forked]);
    let figures = check(&history, &rules).unwrap();
    println!("{test}: {figures:?}");
    assert!(figures.lost >= 50, "{figures:?}");
    let told: usize = figures.gaps.values().sum();
    assert!(told > 0, "{figures:?}");
    assert!(is_used_again(&history), "the offsets of what was lost");
}

/// Whether an offset has two records in one epoch.
fn is_used_again(history: &History) -> bool {
    let kept = history.logs.iter().flatten();
    let kept: Vec<_> = kept.map(|kept| kept.record.position).collect();
    let mut published = history.publishes.iter();
    published.any(|publish| match publish.outcome {
        Outcome::Acknowledged(at) => kept
            .iter()
            .any(|kept| (kept.epoch, kept.offset) == (at.epoch, at.offset) && kept.tag != at.tag),
        Outcome::Unknown | Outcome::Refused => false,
    })
}

const REPLICATED: fn(RedisOptions) -> RedisOptions = |options| {
    options.with_durability(RedisDurability::Replicated {
        replicas: 1,
        timeout: Duration::from_millis(300),
    })
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_replicas_the_outcome_is_unknown_and_nothing_is_shown_until_they_have_it() {
    let test = "without_replicas_the_outcome_is_unknown_and_nothing_is_shown_until_they_have_it";
    let seed = seed(test);
    let Some(mut world) = World::start(test, &[]).await else {
        return;
    };
    let (_replica, between) = replica(&world).await;
    world.set_up = REPLICATED;
    let run = Run::begin(seed, world.hubs().await).await;
    for _ in 0..2 {
        run.acknowledge(80).await;
        between.set_mode(Mode::BlackHole);
        run.not_know(10).await;
        between.set_mode(Mode::Pass);
    }
    run.acknowledge(80).await;
    let history = run.finish(&world.store().await).await;
    let figures = check(&history, &Rules::NO_LOSS).unwrap();
    println!("{test}: {figures:?}");
    assert!(figures.unknown > 0, "{figures:?}");
}

/// What the failover of the first test loses is never acknowledged nor shown here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_replica_has_to_have_survives_a_failover_to_it() {
    let test = "what_a_replica_has_to_have_survives_a_failover_to_it";
    let seed = seed(test);
    let Some(mut world) = World::start(test, &[]).await else {
        return;
    };
    let (replica, between) = replica(&world).await;
    world.set_up = REPLICATED;
    let run = Run::begin(seed, world.hubs().await).await;
    run.acknowledge(150).await;
    between.set_mode(Mode::BlackHole);
    run.not_know(10).await;
    promote(&replica);
    world.fail_over(replica);
    // It is the master now, and has one of its own.
    let (_second, _between) = self::replica(&world).await;
    run.acknowledge(150).await;
    let history = run.finish(&world.store().await).await;
    let figures = check(&history, &Rules::NO_LOSS).unwrap();
    println!("{test}: {figures:?}");
    assert!(figures.lost == 0 && figures.gaps.is_empty(), "{figures:?}");
}
