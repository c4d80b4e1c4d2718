//! A node that is killed with -9: what it held is free when its time is over.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::cluster::Cluster;
use crate::stores::{Engine, over_each_store};

/// How long presence and slots last of a node that says no more.
const LEASE: Duration = Duration::from_secs(5);

fn is_free(test: &str, engine: Engine) {
    let lease = LEASE.as_secs().to_string();
    let Some(mut cluster) = Cluster::start_or_skip(test, engine, &["--lease", &lease]) else {
        return;
    };
    let [a, b, c] = cluster.clients("alice");
    let [_, watching, _] = cluster.clients("carol");
    let path = "/session?on=room/tea";
    let mut carols = watching.stream(path, None);
    assert_eq!(carols.presence()["present"], json!(["carol"]));
    let hers = [(); 3].map(|()| a.stream(path, None));
    while carols.presence()["sessions"] != 4 {}
    let killed = Instant::now();
    cluster.nodes[0].kill();
    drop(hers);
    // The control: it is dead, and they are not free yet.
    for client in [b, c] {
        assert_eq!(client.status("/session"), 429);
    }
    // In no room, where she would be present.
    let streams = [b, c, b].map(|client| client.stream_when_free("/session"));
    let free = killed.elapsed();
    assert_eq!(c.status("/session"), 429);
    let told = carols.presence();
    assert_eq!(told["left"], json!(["alice"]), "{told}");
    let absent = killed.elapsed();
    println!(
        "{test}: of a lease of {LEASE:?}: three slots are free after {free:.1?}, presence is told to be over after {absent:.1?}"
    );
    // So much longer that no machine is too slow, and no other time is meant.
    assert!(free.max(absent) < 2 * LEASE);
    drop(streams);
}

over_each_store!(
    presence_and_slots_of_a_killed_node_are_free_when_their_time_is_over,
    super::is_free
);
