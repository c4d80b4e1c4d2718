//! Tickets that one node has issued and another one has spent.

use std::sync::Barrier;
use std::thread;

use serde_json::Value;

use crate::client::{Client, Stream};
use crate::cluster::Cluster;
use crate::stores::{Engine, over_each_store};

fn ticket(client: Client) -> String {
    let answer = client.ask("POST /tickets", &[], "");
    assert_eq!(answer.status(), 200, "{}", answer.head());
    let told: Value = serde_json::from_str(&answer.text()).unwrap();
    told["ticket"].as_str().unwrap().to_owned()
}

fn are_spent_once(test: &str, engine: Engine) {
    let Some(cluster) = Cluster::start_or_skip(test, engine, &[]) else {
        return;
    };
    let clients = cluster.clients("alice");
    let [a, b, c] = clients;
    let line = format!("GET /session?on=mail/alice&ticket={}", ticket(a));
    let mut hers = Stream::read(b.ask_as_nobody(&line, &[]));
    a.say(&hers.session, "mail/alice", "one");
    let id = hers.next("message").last_event_id().to_owned();
    for client in clients.into_iter().chain([cluster.client("alice")]) {
        assert_eq!(client.ask_as_nobody(&line, &[]).status(), 401);
    }
    // But for its own return, which an EventSource makes with the same URL.
    drop(hers);
    let back = [("accept", "text/event-stream"), ("last-event-id", &*id)];
    let again = Stream::read(c.ask_as_nobody(&line, &back));
    assert_eq!(
        (&*again.node, &again.session["resumed"]),
        ("c", &true.into())
    );
    drop(again);

    // One that is shown to all nodes at once opens one stream.
    let line = &format!("GET /session?ticket={}", ticket(c));
    let start = &Barrier::new(3);
    let opened = thread::scope(|scope| {
        let attempts = clients.map(|client| {
            scope.spawn(move || {
                start.wait();
                client.ask_as_nobody(line, &[])
            })
        });
        let answers = attempts.map(|attempt| attempt.join().unwrap());
        answers
            .iter()
            .filter(|answer| answer.status() == 200)
            .count()
    });
    assert_eq!(opened, 1);
    // One that was made up opens none.
    let line = "GET /session?ticket=0123456789abcdef0123456789abcdef0123456789abcdef";
    assert_eq!(a.ask_as_nobody(line, &[]).status(), 401);
}

over_each_store!(
    a_ticket_is_spent_once_on_all_nodes_together,
    super::are_spent_once
);
