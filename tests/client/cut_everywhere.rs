//! A connection that is cut at every byte of a stream, and a server that goes on behind the last
//! event ID: each event arrives once.

use bytes::Bytes;
use http::Response;
use sse_tower::client::EventSource;

use crate::{
    record::{all, quick},
    server::{Asked, Body, End, Server, events, http1, http2, status},
};

/// Events with ids, in the ways in which a stream may have them.
const EVENTS: [&str; 5] = [
    "id: 1\ndata: a\n\n",
    "retry: 1\r\nid: 2\r\ndata: b\r\n\r\n",
    ": hi\n\nid: 3\nevent: x\ndata: c\ndata: c\n\n",
    "id: d\u{e9}j\u{e0}\rdata: \u{1f980}\r\r",
    "data: e\nid: 5\n\n",
];
const IDS: [&str; 5] = ["1", "2", "3", "d\u{e9}j\u{e0}", "5"];
const DATA: [&str; 5] = ["a", "b", "c\nc", "\u{1f980}", "e"];

/// What the server has for a client that has seen this.
fn rest(last_event_id: Option<&str>) -> String {
    let seen = last_event_id.map(|id| IDS.iter().position(|known| *known == id).unwrap() + 1);
    format!("\u{feff}{}", EVENTS[seen.unwrap_or(0)..].concat())
}

/// Cuts the first connection behind so many bytes; then all is served.
fn reply(number: usize, asked: &Asked, cut: usize, end: End) -> Response<Body> {
    if asked.last_event_id() == Some("5") {
        return status(204);
    }
    let rest = Bytes::from(rest(asked.last_event_id()));
    match number {
        0 => events(rest.slice(..cut), end),
        _ => events(rest, End::Clean),
    }
}

/// Everything but the events is left out.
async fn data_through(cut: usize, end: End, is_http2: bool) -> Vec<String> {
    let server = Server::start(move |number, asked| reply(number, asked, cut, end)).await;
    let client = if is_http2 { http2() } else { http1() };
    let mut source = EventSource::get(client, server.uri("/")).with_options(quick());
    let mut told = all(&mut source).await;
    told.retain(|told| DATA.contains(&&**told));
    told
}

#[tokio::test]
async fn each_event_arrives_once_wherever_the_connection_is_cut() {
    for cut in 0..=rest(None).len() {
        for end in [End::Clean, End::Broken] {
            assert_eq!(data_through(cut, end, false).await, DATA, "{cut} {end:?}");
        }
    }
}

#[tokio::test]
async fn each_event_arrives_once_in_http_2_too() {
    for cut in 0..=rest(None).len() {
        assert_eq!(data_through(cut, End::Broken, true).await, DATA, "{cut}");
    }
}
