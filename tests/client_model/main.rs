//! sse-session and the client together, over real sockets: a server with a hub on redb publishes
//! without a pause, is killed with -9 and started again; clients are paused and resumed. What
//! each client got is written down, and judged when all is over: it is contiguous, or the
//! server's gap stands where something is missing. A client that is broken is found out by the
//! same judge.
//!
//! `SSE_CLIENT_MODEL_SECONDS=600` goes on with one seed after the other for so long.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod client;
mod history;
mod judge;
mod node;
mod process;
mod run;

use std::time::{Duration, Instant};

use self::{
    client::Fault,
    judge::Violation,
    run::{Counts, run},
};

/// The server, in a process of its own; else nothing.
#[test]
fn node() {
    node::run();
}

#[test]
fn each_client_gets_all_or_a_gap_where_something_is_missing() {
    let seconds = std::env::var("SSE_CLIENT_MODEL_SECONDS");
    let seconds = seconds.map_or(0, |seconds| seconds.parse().unwrap());
    let begun = Instant::now();
    let mut all = Counts::default();
    for seed in 1.. {
        let counts = run(seed, 12, Fault::None);
        let counts = counts.unwrap_or_else(|violation| panic!("seed {seed}: {violation:?}"));
        println!("seed {seed}: {counts:?}");
        all += counts;
        // Else there was nothing to be found.
        let is_enough = seed >= 3 && all.gaps > 0 && all.reconnections > 50;
        if is_enough && begun.elapsed() >= Duration::from_secs(seconds) {
            break;
        }
    }
    println!("in {:?}: {all:?}", begun.elapsed());
}

#[test]
fn a_client_that_forgets_the_id_is_found_out() {
    let found = run(101, 6, Fault::ForgetsTheId).unwrap_err();
    println!("{found:?}");
    assert!(matches!(found, Violation::Loss { .. }), "{found:?}");
}

#[test]
fn a_client_that_drops_an_event_after_a_reconnect_is_found_out() {
    let found = run(102, 6, Fault::DropsAfterReconnect).unwrap_err();
    println!("{found:?}");
    assert!(
        matches!(found, Violation::Loss { .. } | Violation::WrongGap { .. }),
        "{found:?}"
    );
}
