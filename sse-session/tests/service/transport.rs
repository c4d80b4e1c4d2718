//! The whole fallback transport, over two nodes.

use std::sync::Arc;

use sse_codec::Event;
use sse_session::{Channel, memory::MemoryStore};

use crate::client::node;

const TEXT: (&str, &str) = ("content-type", "text/plain");

#[tokio::test(start_paused = true)]
async fn one_route_is_a_whole_transport() {
    let store = Arc::new(MemoryStore::new());
    let (a, b) = (node(&store), node(&store));
    let news = Channel::try_from("news").unwrap();
    let session = a.open(&[]).await;
    let [stream, inbox] = ["stream", "inbox"].map(|name| session[name].as_str().unwrap());
    let get = format!("GET {stream}");
    let mut events = b.ask(&get, &[], "").await.stream();
    let connected = events.connected().await;
    assert_eq!(connected["resumed"], true);
    assert_eq!(connected["inbox"], inbox);

    // Up to one node, down from the other.
    let post = format!("POST {inbox}");
    let key = ("idempotency-key", "\"1\"");
    let accepted = a.ask(&post, &[TEXT, key], "hello").await;
    assert_eq!(accepted.status, 202);
    assert_eq!(accepted.json().await["duplicate"], false);
    assert_eq!(events.data().await, "HELLO");
    let again = b.ask(&post, &[TEXT, key], "hello").await;
    assert_eq!(again.json().await["duplicate"], true);

    // The stream breaks; something happens; it goes on where it was, on the other node.
    a.hub.publish(&news, Event::builder("1")).await.unwrap();
    assert_eq!(events.data().await, "1");
    let last_event_id = events.last_event_id();
    drop(events);
    a.hub.publish(&news, Event::builder("2")).await.unwrap();
    b.ask(&post, &[TEXT], "while away").await;
    let header = ("last-event-id", &*last_event_id);
    let mut events = a.ask(&get, &[header], "").await.stream();
    assert_eq!(events.connected().await["session"], session["session"]);
    let mut got = [events.data().await, events.data().await];
    got.sort();
    assert_eq!(got, ["2", "WHILE AWAY"]);

    // Closed: the stream ends, and does not come back.
    let delete = format!("DELETE {stream}");
    assert_eq!(b.refusal(&delete, &[], "").await, "204");
    assert_eq!(events.next().await, None);
    assert_eq!(a.refusal(&get, &[header], "").await, "204");
    assert_eq!(a.refusal(&post, &[TEXT], "x").await, "404 no-session");
}

#[tokio::test(start_paused = true)]
async fn who_cannot_stream_polls() {
    let store = Arc::new(MemoryStore::new());
    let a = node(&store);
    let news = Channel::try_from("news").unwrap();
    let json = ("accept", "application/json");
    let begun = tokio::time::Instant::now();
    let first = a.ask("GET /session", &[json], "").await.json().await;
    assert_eq!(begun.elapsed().as_secs(), 0);
    assert_eq!(first["events"], serde_json::json!([]));
    let get = |answer: &serde_json::Value| {
        let [stream, cursor] = ["stream", "cursor"].map(|name| answer[name].as_str().unwrap());
        format!("GET {stream}?after={cursor}")
    };
    // What has come meanwhile comes at once.
    a.hub.publish(&news, Event::builder("1")).await.unwrap();
    let second = a.ask(&get(&first), &[json], "").await.json().await;
    assert_eq!(begun.elapsed().as_secs(), 0);
    let one = serde_json::json!([{ "event": "message", "data": "1" }]);
    assert_eq!(second["events"], one);
    // Nothing: so long, and no longer.
    let third = a.ask(&get(&second), &[json], "").await.json().await;
    assert_eq!(begun.elapsed().as_secs(), 25);
    assert_eq!(third["events"], serde_json::json!([]));
    assert_eq!(third["cursor"], second["cursor"]);
    // Something while it waits, a message up too.
    let post = format!("POST {}", first["inbox"].as_str().unwrap());
    let line = get(&third);
    let (accepts, is) = ([json], [TEXT]);
    let poll = a.ask(&line, &accepts, "");
    let push = a.ask(&post, &is, "up");
    let (fourth, _) = futures_util::future::join(poll, push).await;
    assert_eq!(fourth.json().await["events"][0]["data"], "UP");
    assert_eq!(begun.elapsed().as_secs(), 25);
    // The same cursor gives the same again.
    let again = a.ask(&get(&first), &[json], "").await.json().await;
    assert_eq!(again["events"][0]["data"], "1");
}
