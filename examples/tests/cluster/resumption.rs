//! Messages, and streams that go on at another node.

use serde_json::json;

use crate::cluster::Cluster;
use crate::stores::{Engine, over_each_store};
use crate::support::data;

const PATH: &str = "/session?on=room/tea";

/// The request at a, the sender's stream and the handler at b, who reads it at c.
fn crosses_nodes(test: &str, engine: Engine) {
    let Some(cluster) = Cluster::start_or_skip(test, engine, &[]) else {
        return;
    };
    let [a, b, her_c] = cluster.clients("alice");
    let [_, _, c] = cluster.clients("bob");
    let hers = b.stream(PATH, None);
    let mut his = c.stream(PATH, None);
    assert_eq!((&*hers.node, &*his.node), ("b", "c"));
    assert_eq!(
        a.say(&hers.session, "room/tea", "one"),
        json!({ "duplicate": false })
    );
    // The same key, and another node.
    assert_eq!(
        her_c.say(&hers.session, "room/tea", "one"),
        json!({ "duplicate": true })
    );
    a.say(&hers.session, "room/tea", "two");
    let first = data(&his.next("message"));
    let expected = json!({ "on": "room/tea", "text": "one", "from": "alice", "handled_at": "b" });
    assert_eq!(first, expected);
    assert_eq!(his.text(), "two");
    // Nobody but the session's own client can send for it.
    let [stranger, ..] = cluster.clients("mallory");
    let line = format!("POST {}", hers.session["inbox"].as_str().unwrap());
    let answer = stranger.ask(&line, &[crate::client::JSON], "{}");
    assert_eq!(answer.status(), 404);
}

over_each_store!(
    a_message_at_one_node_is_handled_where_its_stream_is_and_read_at_a_third,
    super::crosses_nodes
);

/// Reads some messages at each node in turn, cut off each time with some that were not read.
fn goes_on(test: &str, engine: Engine) {
    let Some(cluster) = Cluster::start_or_skip(test, engine, &[]) else {
        return;
    };
    let [sender, ..] = cluster.clients("alice");
    let hers = sender.stream(PATH, None);
    let clients = cluster.clients("bob");
    let mut his = clients[0].stream(PATH, None);
    let session = his.session["session"].clone();
    let mut id = his.next("presence").last_event_id().to_owned();
    let (mut got, mut sure) = (Vec::new(), 0);
    for round in 1..=6 {
        for number in 1..=5 {
            sender.say(&hers.session, "room/tea", &format!("{round}.{number}"));
        }
        while got.last() != Some(&format!("{round}.4")) {
            let event = his.next("message");
            let text = data(&event)["text"].as_str().unwrap().to_owned();
            got.push(text);
            // On a stream of several channels the last event of a batch has the id. What was cut off before it comes again.
            if event.id().is_some() {
                (id, sure) = (event.last_event_id().to_owned(), got.len());
            }
        }
        drop(his);
        got.truncate(sure);
        his = clients[round % 3].stream(PATH, Some(&id));
        assert_eq!(his.node, ["a", "b", "c"][round % 3]);
        assert_eq!(his.session["session"], session, "it is the same session");
        assert_eq!(his.session["resumed"], true);
    }
    sender.say(&hers.session, "room/tea", "end");
    while got.last().is_none_or(|text| text != "end") {
        got.push(his.text());
    }
    let all = (1..=6).flat_map(|round| (1..=5).map(move |number| format!("{round}.{number}")));
    let all: Vec<_> = all.chain(["end".to_owned()]).collect();
    assert_eq!(got, all);

    // The control: whoever does not tell where it was has missed what was said meanwhile.
    sender.say(&hers.session, "room/tea", "missed");
    let mut forgetful = clients[1].stream(PATH, None);
    sender.say(&hers.session, "room/tea", "after");
    assert_eq!(forgetful.text(), "after");
}

over_each_store!(
    a_client_that_comes_back_to_another_node_has_no_gap_and_no_double,
    super::goes_on
);
