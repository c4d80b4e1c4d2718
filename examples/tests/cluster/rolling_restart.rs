//! All nodes are restarted one after the other, or killed, while clients listen and messages come.

mod load;
mod pace;
mod publisher;
mod record;

use core::time::Duration;
use std::time::Instant;

use load::{Listeners, http};
use pace::Lateness;
use publisher::Publisher;

use crate::cluster::Cluster;
use crate::stores::Engine;

/// Over how long a node that stops spreads the ends of its streams.
const WINDOW: Duration = Duration::from_secs(10);
/// How long it may take until all of its clients are back.
const BACK: Duration = Duration::from_secs(20);
/// A machine that is so late with a task that has nothing to do is too busy to be judged by times: stores and servers do
/// not answer in time then, and clients come again later, as they should.
const TOO_LATE: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_clients_lose_nothing_and_are_back_soon() {
    let test = "a_thousand_clients_lose_nothing_and_are_back_soon";
    lose_nothing(test, Engine::Redis, 1_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_nats_clients_lose_nothing_and_are_back_soon() {
    let test = "over_nats_clients_lose_nothing_and_are_back_soon";
    lose_nothing(test, Engine::Nats, 200).await;
}

async fn lose_nothing(test: &str, engine: Engine, clients: usize) {
    let Some(mut cluster) = Cluster::start_or_skip(test, engine, &[]) else {
        return;
    };
    let http = http();
    let listeners = Listeners::start(&http, cluster.address(), clients);
    // The control: they do not tell where they were.
    let forgetful = Listeners::start_forgetful(&http, cluster.address(), 20);
    listeners.wait_until_connected().await;
    forgetful.wait_until_connected().await;
    let mut publisher = Publisher::start(&http, cluster.address()).await;
    let lateness = Lateness::start();

    for (node, name) in cluster.nodes.iter_mut().zip(["a", "b", "c"]) {
        let asked = Instant::now();
        node.ask_to_end();
        tokio::task::block_in_place(|| {
            node.wait_for_its_end();
            node.start_again();
        });
        listeners.wait_until_connected().await;
        let pace = listeners.pace(asked, WINDOW);
        let late = lateness.worst_so_far();
        println!("{test}: node {name}: {pace}; the machine was late by {late:.1?} at most");
        if late < TOO_LATE {
            assert!(pace.is_even(late), "{pace:?}");
            assert!(pace.all_back <= BACK + late, "{pace:?}");
        } else {
            println!("{test}: this machine does not keep time now, so its times say nothing");
        }
    }

    let last = publisher.stop().await;
    all_have(test, &listeners, last).await;
    assert!(forgetful.that_have_all(last) < forgetful.len());
}

async fn all_have(test: &str, listeners: &Listeners, last: u64) {
    listeners.wait_until_all_have(last).await;
    let whole = listeners.that_have_all(last);
    println!(
        "{test}: {whole} of {} clients have all {last} messages, in order and once; {} reconnections, {} of them refused",
        listeners.len(),
        listeners.reconnections(),
        listeners.refusals(),
    );
    assert_eq!(whole, listeners.len(), "{}", listeners.complaints(last));
}

/// Each node in turn, with -9.
async fn lose_nothing_by_kills(test: &str, engine: Engine) {
    let Some(mut cluster) = Cluster::start_or_skip(test, engine, &["--lease", "3"]) else {
        return;
    };
    let http = http();
    let listeners = Listeners::start(&http, cluster.address(), 100);
    let forgetful = Listeners::start_forgetful(&http, cluster.address(), 20);
    listeners.wait_until_connected().await;
    forgetful.wait_until_connected().await;
    let mut publisher = Publisher::start(&http, cluster.address()).await;
    for node in &mut cluster.nodes {
        let before = publisher.taken();
        publisher.wait_until_taken(before + 8).await;
        tokio::task::block_in_place(|| {
            node.kill();
            node.start_again();
        });
        listeners.wait_until_connected().await;
        assert!(listeners.reconnections() > 0);
    }
    let last = publisher.stop().await;
    all_have(test, &listeners, last).await;
    assert!(forgetful.that_have_all(last) < forgetful.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_of_nodes_that_are_killed_lose_nothing_over_redis() {
    let test = "clients_of_nodes_that_are_killed_lose_nothing_over_redis";
    lose_nothing_by_kills(test, Engine::Redis).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_of_nodes_that_are_killed_lose_nothing_over_nats() {
    let test = "clients_of_nodes_that_are_killed_lose_nothing_over_nats";
    lose_nothing_by_kills(test, Engine::Nats).await;
}

/// The control: without a window all are back in the same seconds, and the same judgement says so.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_window_all_clients_are_back_at_once() {
    let test = "without_a_window_all_clients_are_back_at_once";
    let arguments = ["--drain", "0"];
    let Some(mut cluster) = Cluster::start_or_skip(test, Engine::Redis, &arguments) else {
        return;
    };
    let listeners = Listeners::start(&http(), cluster.address(), 600);
    listeners.wait_until_connected().await;
    let asked = Instant::now();
    let node = &mut cluster.nodes[0];
    node.ask_to_end();
    tokio::task::block_in_place(|| node.wait_for_its_end());
    listeners.wait_until_connected().await;
    let pace = listeners.pace(asked, WINDOW);
    println!("{test}: {pace}");
    assert!(!pace.is_even(Duration::ZERO), "{pace:?}");
}
