//! An EventSource: it comes back to the same URL, with no header of its own but the last event ID.

use std::sync::Arc;

use sse_codec::Event;
use sse_session::{
    Channel,
    conformance::{Fault, Operation},
    memory::MemoryStore,
};

use crate::client::node;

const STREAM: (&str, &str) = ("accept", "text/event-stream");

#[tokio::test(start_paused = true)]
async fn an_event_source_is_the_same_session_by_its_ids() {
    let store = Arc::new(MemoryStore::new());
    let (a, b) = (node(&store), node(&store));
    let news = Channel::try_from("news").unwrap();
    let mut events = a.ask("GET /session", &[STREAM], "").await.stream();
    let connected = events.connected().await;
    assert_eq!(connected["resumed"], false);
    a.hub.publish(&news, Event::builder("1")).await.unwrap();
    assert_eq!(events.data().await, "1");
    let id = events.last_event_id();
    assert!(id.starts_with(connected["session"].as_str().unwrap()));
    drop(events);
    a.hub.publish(&news, Event::builder("2")).await.unwrap();
    let back = [STREAM, ("last-event-id", &*id)];
    let mut events = b.ask("GET /session", &back, "").await.stream();
    let again = events.connected().await;
    assert_eq!(again["session"], connected["session"]);
    assert_eq!(again["resumed"], true);
    assert_eq!(events.data().await, "2");

    // Another tab is another session.
    let mut tab = b.ask("GET /session", &[STREAM], "").await.stream();
    assert_ne!(tab.connected().await["session"], connected["session"]);

    let session = connected["session"].as_str().unwrap();
    let delete = format!("DELETE /session/{session}");
    assert_eq!(a.refusal(&delete, &[], "").await, "204");
    assert_eq!(b.refusal("GET /session", &back, "").await, "204");
}

#[tokio::test(start_paused = true)]
async fn an_event_source_is_the_same_session_by_its_cookie() {
    let mut a = node(&Arc::new(MemoryStore::new()));
    a.service = a.service.with_cookie("sid");
    let answer = a.ask("GET /session", &[STREAM], "").await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "Path=/session; HttpOnly; Secure; SameSite=Strict"
    );
    let session = answer.stream().connected().await["session"].clone();
    let own = [("cookie", pair), ("sec-fetch-site", "same-origin")];
    let answer = a.ask("GET /session", &own, "").await;
    assert!(!answer.headers.contains_key("set-cookie"));
    let mut events = answer.stream();
    assert_eq!(events.connected().await["session"], session);
    let text = ("content-type", "text/plain");
    let message = [own[0], own[1], text];
    assert_eq!(a.ask("POST /session", &message, "up").await.status, 202);
    assert_eq!(events.data().await, "UP");
}

#[tokio::test(start_paused = true)]
async fn another_site_can_do_nothing_by_a_visitors_cookie() {
    let mut a = node(&Arc::new(MemoryStore::new()));
    a.service = a.service.with_cookie("sid");
    let session = a.open(&[]).await;
    let session = session["session"].as_str().unwrap();
    let cookie = format!("sid={session}");
    let cookie = ("cookie", &*cookie);
    let text = ("content-type", "text/plain");
    let foreign = ("origin", "https://evil.example");
    for headers in [
        &[cookie, text, foreign][..],
        &[cookie, text, ("sec-fetch-site", "cross-site")],
        &[cookie, text, foreign, ("sec-fetch-site", "same-site")],
        &[cookie, text],
    ] {
        for line in ["POST /session", "DELETE /session"] {
            let refusal = a.refusal(line, headers, "x").await;
            assert_eq!(refusal, "403 foreign-origin", "{line} {headers:?}");
        }
    }
    let image = [cookie, ("sec-fetch-site", "cross-site")];
    assert_eq!(
        a.refusal("GET /session", &image, "").await,
        "403 foreign-origin"
    );
    // It was not closed, and takes a message from an origin that is allowed; or from whoever knows the id.
    let app = [cookie, text, ("origin", "https://app.example")];
    assert_eq!(a.ask("POST /session", &app, "x").await.status, 202);
    let named = [foreign, text, ("sse-session", session)];
    assert_eq!(a.ask("POST /session", &named, "x").await.status, 202);
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_told_to_an_event_source_by_a_stream_that_ends() {
    let a = node(&Arc::new(MemoryStore::new()));
    a.faults.push(Operation::Put, Fault::Unavailable);
    let mut events = a.ask("GET /session", &[STREAM], "").await.stream();
    assert_eq!(events.next().await, None);
    a.faults.push(Operation::Put, Fault::Unavailable);
    let both = ("accept", "text/event-stream, application/json");
    let answer = a.ask("GET /session", &[both], "").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.headers["retry-after"], "3");
}
