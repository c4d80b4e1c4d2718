//! What is taken from a user at one node.

use crate::client::{Client, JSON, Stream};
use crate::cluster::Cluster;
use crate::stores::{Engine, over_each_store};

/// Says something in both rooms: how much of it is told of the first before that of the second is.
fn told_of_tea(alice: Client, hers: &Stream, his: &mut Stream, round: usize) -> usize {
    alice.say(&hers.session, "room/tea", &format!("tea-{round}"));
    let milk = format!("milk-{round}");
    alice.say(&hers.session, "room/milk", &milk);
    let before = |text: &String| *text != milk;
    core::iter::from_fn(|| Some(his.text()).filter(before)).count()
}

fn is_taken(test: &str, engine: Engine) {
    let Some(cluster) = Cluster::start_or_skip(test, engine, &[]) else {
        return;
    };
    let [administrator, ..] = cluster.clients("administrator");
    let bob = cluster.clients("bob");
    let [_, _, alice] = cluster.clients("alice");
    let hers = alice.stream("/session?on=feed/x", None);
    let mut his = bob[1].stream("/session?on=room/tea&on=room/milk", None);
    alice.say(&hers.session, "room/tea", "before");
    assert_eq!(his.text(), "before");

    let revoke = |client: Client| {
        let content = r#"{"user":"bob","channel":"room/tea"}"#;
        client.ask("POST /revocations", &[JSON], content).status()
    };
    assert_eq!(revoke(bob[1]), 403);
    assert_eq!(revoke(administrator), 204);
    // It takes the time of an event until it ends the channel in his stream, which goes on with the other one.
    let mut rounds = 1..;
    while told_of_tea(alice, &hers, &mut his, rounds.next().unwrap()) > 0 {}
    assert_eq!(
        told_of_tea(alice, &hers, &mut his, rounds.next().unwrap()),
        0
    );
    for client in bob {
        assert_eq!(client.status("/session?on=room/tea"), 403);
    }
    // The control: from others nothing was taken.
    let [_, _, carol] = cluster.clients("carol");
    assert_eq!(carol.status("/session?on=room/tea"), 200);
}

over_each_store!(
    what_is_taken_from_a_user_at_one_node_is_gone_at_all,
    super::is_taken
);
