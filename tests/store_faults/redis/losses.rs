//! Somebody removes what is on the server.

use sse_session::store::GapReason;
use sse_tests::fault_proxy::Mode;

use super::world::World;
use crate::{
    checker::{Rules, check},
    controls::reject_without_gaps,
    load::{Run, seed},
};

const GONE: Rules = Rules::losing(&[GapReason::Unknown, GapReason::Epoch]);

async fn removed(test: &str, commands: &[&str], rules: Rules, reasons: &[&str]) {
    let seed = seed(test);
    let Some(world) = World::start(test, &[]).await else {
        return;
    };
    let run = Run::begin(seed, world.hubs().await).await;
    for _ in 0..2 {
        run.acknowledge(150).await;
        // Who is on this node misses what is removed.
        world.proxies[0].set_mode(Mode::BlackHole);
        run.acknowledge(50).await;
        for command in commands {
            world.server.ask(command);
        }
        world.proxies[0].set_mode(Mode::Pass);
    }
    run.acknowledge(150).await;
    let history = run.finish(&world.store().await).await;
    let figures = check(&history, &rules).unwrap();
    println!("{test}: {figures:?}");
    assert!(figures.lost >= 100, "{figures:?}");
    let told = reasons.iter().filter_map(|reason| figures.gaps.get(reason));
    assert!(told.sum::<usize>() > 0, "{figures:?}");
    reject_without_gaps(test, history, &rules);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_everything_was_removed_everybody_is_told() {
    let test = "after_everything_was_removed_everybody_is_told";
    removed(test, &["FLUSHALL"], GONE, &["unknown", "epoch"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_records_alone_were_removed_who_has_missed_some_is_told() {
    let test = "after_the_records_alone_were_removed_who_has_missed_some_is_told";
    let commands = [
        "DEL {sse}r:channel/channel-0",
        "DEL {sse}r:channel/channel-1",
    ];
    let trimmed = Rules::losing(&[GapReason::Trimmed]);
    removed(test, &commands, trimmed, &["trimmed"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_heads_alone_were_removed_everybody_is_told() {
    let test = "after_the_heads_alone_were_removed_everybody_is_told";
    let commands = [
        "DEL {sse}l:channel/channel-0",
        "DEL {sse}l:channel/channel-1",
    ];
    removed(test, &commands, GONE, &["unknown", "epoch"]).await;
}
