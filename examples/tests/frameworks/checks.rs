//! What holds of a server that wears the layers. Each check says what does not.

use core::{fmt::Debug, time::Duration};

use futures_util::StreamExt as _;
use http::{HeaderMap, Method};
use sse_codec::{Event, Item};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::{Items, Protocol, get, items, send, whole};
use crate::programs::ticks::{HINT, Tick};
use crate::server::{Framework, Server};

/// What does not hold.
pub(crate) type Fault = String;

/// Some ticks come soon.
const SHORT: Duration = Duration::from_millis(1);
/// After the first tick there is none for so long that a stream counts as idle.
const LONG: Duration = Duration::from_secs(60);

const STREAM: [(&str, &str); 1] = [("accept", "text/event-stream")];

fn fault(error: impl Debug) -> Fault {
    format!("{error:?}")
}

fn ensure(holds: bool, otherwise: impl Debug) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(fault(otherwise)) }
}

async fn open(
    server: &Server,
    protocol: Protocol,
    headers: &[(&'static str, &str)],
) -> Result<Items, Fault> {
    let request = get("/events", headers);
    let response = send(protocol, server.address, request)
        .await
        .map_err(fault)?;
    ensure(response.status() == 200, response.status())?;
    Ok(items(response))
}

async fn next(items: &mut Items) -> Result<Item, Fault> {
    items.next().await.ok_or("the stream ends")?.map_err(fault)
}

/// The next event; what is no event on the way to it is left out.
async fn next_event(items: &mut Items) -> Result<Event, Fault> {
    loop {
        if let Item::Event(event) = next(items).await? {
            return Ok(event);
        }
    }
}

/// The headers of an event stream say what they should, and nothing that they should not.
pub(crate) fn stream_headers(protocol: Protocol, headers: &HeaderMap) -> Result<(), Fault> {
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache, no-transform"),
        ("x-accel-buffering", "no"),
        ("vary", "accept"),
    ] {
        let values: Vec<_> = headers.get_all(name).iter().collect();
        ensure(values == [value], (name, values))?;
    }
    for name in ["content-length", "etag"] {
        ensure(!headers.contains_key(name), headers)?;
    }
    if protocol == Protocol::Http2 {
        for name in ["connection", "keep-alive", "transfer-encoding", "upgrade"] {
            ensure(!headers.contains_key(name), headers)?;
        }
    }
    Ok(())
}

pub(crate) async fn headers(framework: Framework, protocol: Protocol) -> Result<(), Fault> {
    let server = framework.start(LONG).await;
    let request = get("/events", &STREAM);
    let response = send(protocol, server.address, request)
        .await
        .map_err(fault)?;
    ensure(response.status() == 200, response.status())?;
    stream_headers(protocol, response.headers())
}

pub(crate) async fn retry_first(framework: Framework, protocol: Protocol) -> Result<(), Fault> {
    let server = framework.start(LONG).await;
    let mut items = open(&server, protocol, &STREAM).await?;
    let first = next(&mut items).await?;
    let Item::Retry(time) = first else {
        return Err(fault(first));
    };
    ensure((2000..=3000).contains(&time.as_millis()), time)
}

/// The first five ticks after number `seen`.
async fn five_ticks(mut items: Items, seen: u64) -> Result<(), Fault> {
    for number in seen + 1..=seen + 5 {
        let event = next_event(&mut items).await?;
        let id = number.to_string();
        let (kind, last_id) = (event.event_type(), event.last_event_id());
        ensure(
            (kind, event.id(), last_id) == ("tick", Some(&*id), &id),
            &event,
        )?;
        ensure(
            event.json::<Tick>().map_err(fault)? == Tick { number },
            &event,
        )?;
    }
    Ok(())
}

pub(crate) async fn events(framework: Framework, protocol: Protocol) -> Result<(), Fault> {
    let server = framework.start(SHORT).await;
    five_ticks(open(&server, protocol, &STREAM).await?, 0).await
}

pub(crate) async fn resumption(framework: Framework, protocol: Protocol) -> Result<(), Fault> {
    let server = framework.start(SHORT).await;
    let mut items = open(&server, protocol, &STREAM).await?;
    while next_event(&mut items).await?.last_event_id() != "3" {}
    let id = items.last_event_id().to_owned();
    drop(items);
    let [accept] = STREAM;
    let returning = [accept, ("last-event-id", &*id)];
    five_ticks(open(&server, protocol, &returning).await?, 3).await
}

pub(crate) async fn not_acceptable(framework: Framework, protocol: Protocol) -> Result<(), Fault> {
    let server = framework.start(LONG).await;
    let request = get("/events", &[("accept", "application/json")]);
    let response = send(protocol, server.address, request)
        .await
        .map_err(fault)?;
    // Not before the status is known: a stream does not end.
    ensure(response.status() == 406, response.status())?;
    let vary = response.headers().get("vary");
    ensure(vary.is_some_and(|vary| vary == "accept"), vary)?;
    let response = whole(response).await.map_err(fault)?;
    ensure(response.data.is_empty(), response)
}

pub(crate) async fn head(framework: Framework, protocol: Protocol) -> Result<(), Fault> {
    let server = framework.start(LONG).await;
    let mut request = get("/events", &STREAM);
    *request.method_mut() = Method::HEAD;
    let response = send(protocol, server.address, request)
        .await
        .map_err(fault)?;
    ensure(response.status() == 200, response.status())?;
    stream_headers(protocol, response.headers())?;
    let data = match protocol {
        // A client of HTTP/1.1 does not even look whether something comes.
        Protocol::Http1 => behind_the_head(&server).await,
        Protocol::Http2 => match items(response).next().await {
            None => Vec::new(),
            Some(item) => fault(item).into_bytes(),
        },
    };
    ensure(data.is_empty(), String::from_utf8_lossy(&data))
}

/// What comes behind the head of a response to HEAD.
async fn behind_the_head(server: &Server) -> Vec<u8> {
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let request = "HEAD /events HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    socket.read_to_end(&mut response).await.unwrap();
    let end = response.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    response.split_off(end.unwrap() + 4)
}

pub(crate) async fn other_responses(framework: Framework, protocol: Protocol) -> Result<(), Fault> {
    let server = framework.start(LONG).await;
    for accept in ["text/event-stream", "application/json"] {
        let request = get("/", &[("accept", accept)]);
        let response = send(protocol, server.address, request)
            .await
            .map_err(fault)?;
        let response = whole(response).await.map_err(fault)?;
        ensure(
            (response.status, &*response.data) == (200, HINT.as_bytes()),
            &response,
        )?;
        let length = response.headers.get("content-length");
        ensure(
            length.is_some_and(|length| *length == HINT.len().to_string()),
            &response,
        )?;
        for name in response.headers.keys() {
            ensure(
                ["content-length", "content-type"].contains(&name.as_str()),
                &response,
            )?;
        }
    }
    Ok(())
}

/// Needs a runtime of one thread: what the stream is idle for is not waited for.
pub(crate) async fn keep_alive(framework: Framework, protocol: Protocol) -> Result<(), Fault> {
    let server = framework.start(LONG).await;
    let mut items = open(&server, protocol, &STREAM).await?;
    next_event(&mut items).await?;
    tokio::time::pause();
    let item = next(&mut items).await;
    tokio::time::resume();
    let item = item?;
    ensure(
        matches!(&item, Item::Comment(text) if text.is_empty()),
        &item,
    )
}
