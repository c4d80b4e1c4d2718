//! No ticket in nginx's logs, with the lines that `docs/operations.md` has for it.

use std::fs;
use std::time::Instant;

use axum::Router;
use serde_json::json;
use sse_tests::servers::{DEADLINE, Server};
use sse_tower::LastEventIdLayer;
use sse_tower::token::Tickets;
use tokio::task::yield_now;

use crate::operations::{configuration, replaced};
use crate::origin::Origin;
use crate::pages::Pages;
use crate::proxy::Proxy;
use crate::streams::{Streams, recommended};
use crate::user::{tokens, with_ticket};

/// What nginx has logged.
struct Logged {
    ticket: String,
    access: String,
    errors: String,
}

/// Uses a ticket for an `EventSource` through nginx: its stream is cut, and it comes back. `change`
/// changes nginx's configuration, in which `access.log` and `error.log` are the test's own files.
async fn logged(test: &str, change: impl FnOnce(String) -> String) -> Option<Logged> {
    let mut pages = Pages::open_or_skip(test)?;
    let (handler, mut streams) = Streams::new();
    let tickets = Tickets::new();
    let layers = (tokens(&tickets), LastEventIdLayer::new(), recommended());
    let origin = Origin::start(Router::new().route("/events", handler.layer(layers))).await;
    let nginx = Proxy::Nginx.start_or_skip(test, origin.address(), change)?;
    let path = with_ticket("/events", &tickets).await;
    let (_, ticket) = path.split_once('=').unwrap();
    let url = |path: &str| format!("http://{}{path}", nginx.address());

    pages.open("page", &url("/"));
    pages.watch("page", "ticket", &url(&path), &json!({}));
    let stream = streams.next().await;
    stream.send(1..=1).await;
    pages.until("page", "ticket", &json!({ "events": 1 }));
    stream.cut().await;
    let stream = streams.next().await;
    assert_eq!(stream.last_event_id.as_deref(), Some("1"));
    drop(pages);
    stream.closed().await;

    let ended = |log: &str| log.matches("\"GET /events").count() == 2;
    Some(Logged {
        ticket: ticket.to_owned(),
        access: until(&nginx, "access.log", ended).await,
        errors: read(&nginx, "error.log"),
    })
}

fn read(nginx: &Server, name: &str) -> String {
    fs::read_to_string(nginx.place().directory().join(name)).unwrap()
}

/// Waits until a log has this: nginx writes a line when its request is over.
async fn until(nginx: &Server, name: &str, holds: impl Fn(&str) -> bool) -> String {
    let begun = Instant::now();
    loop {
        let log = read(nginx, name);
        if holds(&log) {
            return log;
        }
        assert!(begun.elapsed() < DEADLINE, "{name}:\n{log}");
        yield_now().await;
    }
}

/// Where the page says that the logs are.
fn here(text: &str) -> String {
    replaced(text, "/var/log/nginx/", "")
}

fn in_server(printed: &str, lines: &str) -> String {
    replaced(printed, "server {\n", &format!("server {{\n{lines}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_lines_of_the_page_no_ticket_is_logged() {
    let test = "with_the_lines_of_the_page_no_ticket_is_logged";
    let format = configuration("nginx format");
    let logs = here(&configuration("nginx logs"));
    let Some(logged) = logged(test, |printed| format + &in_server(&printed, &logs)).await else {
        return;
    };
    assert!(logged.access.contains("\"GET /events HTTP/1.1\" 200"));
    for log in [&logged.access, &logged.errors] {
        assert!(!log.contains(&logged.ticket), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_default_the_ticket_is_in_both_logs() {
    let test = "by_default_the_ticket_is_in_both_logs";
    let logs = "access_log access.log combined;\nerror_log error.log;\n";
    let Some(logged) = logged(test, |printed| in_server(&printed, logs)).await else {
        return;
    };
    for log in [&logged.access, &logged.errors] {
        assert!(log.contains(&logged.ticket), "{log}");
    }
}
