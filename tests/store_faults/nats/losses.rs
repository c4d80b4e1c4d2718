//! Somebody removes what is on the server.

use core::time::Duration;

use sse_session::store::GapReason;
use sse_tests::{fault_proxy::Mode, servers::DEADLINE};
use tokio::time::{Instant, sleep};

use super::world::World;
use crate::{
    checker::{Rules, check},
    controls::reject_without_gaps,
    load::{Run, seed},
};

/// While nobody makes it again: with 2.9.10 the files of the new stream go with those of the old one, and then nothing can
/// be stored in it.
async fn delete(world: &World, name: &str) {
    world.set_mode(Mode::BlackHole);
    let streams = world.streams().await;
    streams.delete_stream(name).await.unwrap();
    let place = world.server.server().place().directory();
    let files = place.join("jetstream/jetstream/$G/streams").join(name);
    let begun = Instant::now();
    while files.exists() {
        assert!(begun.elapsed() < DEADLINE, "the files stay");
        sleep(Duration::from_millis(10)).await;
    }
    world.set_mode(Mode::Pass);
}

async fn removed(test: &str, names: &[&str], is_deleted: bool) {
    let seed = seed(test);
    let Some(world) = World::start(test).await else {
        return;
    };
    let streams = world.streams().await;
    let run = Run::begin(seed, world.hubs().await).await;
    for _ in 0..2 {
        run.acknowledge(100).await;
        for name in names {
            if is_deleted {
                delete(&world, name).await;
            } else {
                let stream = streams.get_stream(name).await.unwrap();
                stream.purge().await.unwrap();
            }
        }
    }
    run.acknowledge(100).await;
    let history = run.finish(&world.store().await).await;
    let rules = Rules::losing(&[GapReason::Unknown, GapReason::Epoch]).with_holes();
    let figures = check(&history, &rules).unwrap();
    println!("{test}: {figures:?}");
    assert!(figures.lost >= 100, "{figures:?}");
    assert!(figures.gaps.values().sum::<usize>() >= 50, "{figures:?}");
    reject_without_gaps(test, history, &rules);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_stream_was_purged_everybody_is_told() {
    let test = "nats::after_the_stream_was_purged_everybody_is_told";
    removed(test, &["sse-logs"], false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_streams_were_deleted_and_made_again_everybody_is_told() {
    let test = "nats::after_the_streams_were_deleted_and_made_again_everybody_is_told";
    removed(test, &["sse-logs", "sse-keys"], true).await;
}
