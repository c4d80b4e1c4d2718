//! A deploy as real pages see it: the server drains and goes, and another one takes its place.
//!
//! The demo is that server, and on its pages nothing but `new EventSource` connects. The control is
//! a server whose drain answers with a plain status: after it a page stays silent.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]
#![cfg(unix)]

mod support;

use core::time::Duration;
use core::{iter::once, net::SocketAddr};
use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use sse_codec::{Encode as _, Event, EventStreamBody, EventType, event_stream_response};
use sse_tests::browser::Browser;
use sse_tower::drain::Drain;
use sse_tower::refusal::{Face, Refusal};
use sse_tower::retry::Retry;
use sse_tower::stream::Farewell;
use support::Demo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Of an `EventSource`: <https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface>
const OPEN: u64 = 1;
const CLOSED: u64 = 2;

#[test]
fn after_a_deploy_every_page_is_connected_again_by_itself() {
    const CONTEXTS: usize = 4;
    const BARE: usize = 4;
    let test = "after_a_deploy_every_page_is_connected_again_by_itself";
    let Some(mut browser) = Browser::open_or_skip(test, "deploy.mjs") else {
        return;
    };
    // So long that some who come back meet the server that still drains.
    let mut demo = Demo::start(&["--drain-seconds", "6"]);
    let address = demo.address();
    let page = format!("{}page.css", demo.url());
    browser.ask("watch", &json!([page, "/events", CONTEXTS, BARE]));
    browser.ask("draw", &json!([demo.url()]));
    browser.ask("seen", &json!(["connected", 1]));
    browser.ask("state", &json!(["live", false]));
    let streams = CONTEXTS * BARE + CONTEXTS;
    browser.ask("shows", &json!(["live", streams.to_string()]));

    demo.signal("INT");
    demo.line_with(&format!("Ending {streams} streams"))
        .unwrap();
    browser.ask("seen", &json!(["disconnected", 1]));
    browser.ask("state", &json!(["reconnecting", true]));
    let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo-reconnecting.png");
    browser.ask("screenshot", &json!([picture]));
    assert_eq!(demo.exit_status().code(), Some(0));

    let demo = Demo::start_at(address, &[]);
    browser.ask("seen", &json!(["connected", 2]));
    browser.ask("state", &json!(["live", false]));
    let reply = browser.ask("sources", &json!([]));
    let sources = reply["sources"].as_array().unwrap();
    assert_eq!(sources.len(), CONTEXTS * BARE);
    for source in sources {
        let seen = ["connected", "disconnected", "readyState"].map(|name| source[name].as_u64());
        assert_eq!(seen, [Some(2), Some(1), Some(OPEN)], "{source}");
    }
    let refused = |source: &&serde_json::Value| source["open"].as_u64() > Some(2);
    let refused = sources.iter().filter(refused).count();
    assert!(refused > 0, "none came back too early: {reply}");

    browser.ask("shows", &json!(["live", streams.to_string()]));
    browser.ask("leave", &json!([]));
    browser.ask("shows", &json!(["live", (streams - BARE).to_string()]));
    browser.ask("shows", &json!(["reasons", format!("client gone{BARE}")]));
    drop((browser, demo));
}

/// A server of streams that have one event and no end, as long as it does not drain.
struct Server {
    address: SocketAddr,
    drain: Drain,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(address: SocketAddr, face: Face) -> Self {
        let soon = Retry::new(Duration::from_millis(100));
        let last = Event::builder("").event_type(EventType::from_static("disconnected"));
        let farewell = Farewell::new().with_retry(soon).with_event(last.to_frame());
        let drain = Drain::new()
            .with_window(Duration::ZERO)
            .with_farewell(farewell);
        let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE)
            .with_face(face)
            .with_retry(soon);
        let events = get(async || {
            let first = Event::builder("").event_type(EventType::from_static("connected"));
            let frames = stream::iter(once(first.to_frame())).chain(stream::pending());
            event_stream_response(EventStreamBody::new(frames)).map(Body::new)
        });
        let routes = Router::new()
            .route("/", get(async || Html("<title>A page</title>")))
            .route("/events", events.layer(drain.layer().with_refusal(refusal)));
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = axum::serve(listener, routes).with_graceful_shutdown(async {
            let _ = stopped.await;
        });
        Self {
            address,
            drain,
            stop,
            task: tokio::spawn(async { server.await.unwrap() }),
        }
    }

    /// Ends it, and all of its connections.
    async fn stop(self) {
        self.drain.begin();
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_that_answers_with_a_plain_503_silences_a_page_for_good() {
    let test = "a_drain_that_answers_with_a_plain_503_silences_a_page_for_good";
    let Some(mut browser) = Browser::open_or_skip(test, "deploy.mjs") else {
        return;
    };
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    for face in [Face::Status, Face::AsAsked] {
        let old = Server::start(anywhere, face).await;
        let url = format!("http://{}/", old.address);
        let watch = json!([url, "/events", 1, 1]);
        browser.ask("watch", &watch);
        browser.ask("seen", &json!(["connected", 1]));
        old.drain.begin();
        browser.ask("seen", &json!(["disconnected", 1]));
        if face == Face::Status {
            browser.ask("readyState", &json!([CLOSED]));
        } else {
            // To be refused is to be connected for a moment.
            browser.ask("seen", &json!(["open", 3]));
        }
        let address = old.address;
        old.stop().await;

        let new = Server::start(address, face).await;
        if face == Face::Status {
            // Everybody could be connected to the new one, and who asks anew is.
            let silenced = browser.ask("sources", &json!([]));
            assert_eq!(silenced["sources"][0]["connected"], 1, "{silenced}");
            browser.ask("readyState", &json!([CLOSED]));
            browser.ask("close", &json!([]));
            browser.ask("watch", &watch);
            browser.ask("seen", &json!(["connected", 1]));
        } else {
            browser.ask("seen", &json!(["connected", 2]));
            browser.ask("readyState", &json!([OPEN]));
        }
        browser.ask("close", &json!([]));
        new.stop().await;
    }
}
