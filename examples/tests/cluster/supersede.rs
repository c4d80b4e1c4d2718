//! One active device, whichever node it is on.

use crate::client::JSON;
use crate::cluster::Cluster;
use crate::stores::{Engine, over_each_store};
use crate::support::data;

fn ends_the_older(test: &str, engine: Engine) {
    let Some(cluster) = Cluster::start_or_skip(test, engine, &[]) else {
        return;
    };
    let clients = cluster.clients("alice");
    let [a, b, c] = clients;
    let mut laptop = a.stream("/session?on=room/tea&device=laptop", None);
    let session = laptop.session.clone();
    let id = laptop.next("presence").last_event_id().to_owned();
    // The same device again is no other one.
    let tab = c.stream("/session?on=room/tea&device=laptop", None);
    let mut phone = b.stream("/session?on=room/tea&device=phone", None);
    for old in [laptop, tab] {
        let last = old.last();
        assert_eq!(data(&last)["type"], "FORCE_LOGOUT", "{last:?}");
    }
    // Whoever comes back is told not to, by any node and by nginx.
    let own = session["stream"].as_str().unwrap();
    let post = format!("POST {}", session["inbox"].as_str().unwrap());
    for client in clients.into_iter().chain([cluster.client("alice")]) {
        for path in ["/session?on=room/tea&device=laptop", own] {
            assert_eq!(client.status_after(path, &id), 204);
        }
        assert_eq!(client.ask(&post, &[JSON], "{}").status(), 404);
    }
    // The phone's goes on.
    c.say(&phone.session, "room/tea", "still-there");
    assert_eq!(phone.text(), "still-there");
}

over_each_store!(
    a_new_device_at_one_node_ends_the_old_one_at_another_for_good,
    super::ends_the_older
);
