//! The server is killed with -9 in the middle of a burst, and started again.

use sse_session::store::GapReason;

use super::world::World;
use crate::{
    checker::{Rules, check},
    load::{Run, seed},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_server_loses_when_it_is_killed_is_told() {
    let test = "nats::what_a_server_loses_when_it_is_killed_is_told";
    let seed = seed(test);
    let Some(mut world) = World::start(test).await else {
        return;
    };
    let run = Run::begin(seed, world.hubs().await).await;
    for _ in 0..3 {
        run.acknowledge(100).await;
        world.server.kill();
        world.server.start_again();
    }
    run.acknowledge(100).await;
    let history = run.finish(&world.store().await).await;
    let rules = Rules::losing(&[GapReason::Rewound, GapReason::Forked]).with_holes();
    let figures = check(&history, &rules).unwrap();
    println!("{test}: {figures:?}");
}
