//! Presence, and how many streams a user has: over all nodes.

use serde_json::json;

use crate::cluster::Cluster;
use crate::stores::{Engine, over_each_store};

const PATH: &str = "/session?on=room/tea";

fn see_each_other(test: &str, engine: Engine) {
    let Some(cluster) = Cluster::start_or_skip(test, engine, &[]) else {
        return;
    };
    let [a, ..] = cluster.clients("alice");
    let [_, b, c] = cluster.clients("bob");
    let mut hers = a.stream(PATH, None);
    assert_eq!(hers.presence()["present"], json!(["alice"]));
    let mut his = b.stream(PATH, None);
    let first = his.next("presence");
    let id = first.last_event_id().to_owned();
    assert_eq!(
        crate::support::data(&first)["present"],
        json!(["alice", "bob"])
    );
    assert_eq!(hers.presence()["joined"], json!(["bob"]));
    // To another node, at once: he was never gone. Then he goes.
    drop(his);
    let his = c.stream(PATH, Some(&id));
    drop(his);
    assert_eq!(hers.presence()["left"], json!(["bob"]));
}

over_each_store!(users_of_all_nodes_see_each_other, super::see_each_other);

fn are_counted(test: &str, engine: Engine) {
    let Some(cluster) = Cluster::start_or_skip(test, engine, &[]) else {
        return;
    };
    let clients = cluster.clients("alice");
    let mut streams = clients.map(|client| Some(client.stream("/session", None)));
    for client in clients {
        assert_eq!(client.status("/session"), 429);
    }
    assert_eq!(cluster.client("alice").status("/session"), 429);
    // Another user has others.
    assert_eq!(cluster.client("bob").status("/session"), 200);
    // A stream that ends at c makes room at a.
    streams[2] = None;
    streams[2] = Some(clients[0].stream_when_free("/session"));
    assert_eq!(clients[1].status("/session"), 429);
}

over_each_store!(
    a_user_has_three_streams_on_all_nodes_together,
    super::are_counted
);
