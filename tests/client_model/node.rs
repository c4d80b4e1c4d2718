//! The server: a hub on redb that publishes, over axum.

use core::{net::SocketAddr, time::Duration};
use std::io::Write as _;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use sse_codec::{Event, LastEventId};
use sse_session::{
    Channel,
    hub::{Hub, PublishOptions, Subscription},
    redb::RedbStore,
    store::Retention,
};
use tokio::net::TcpListener;

use crate::history::CHANNELS;

/// In the environment of the process: the file, the address, how many are to be published on each
/// channel, and the last one of each that was.
pub(crate) const FILE: &str = "SSE_TEST_NODE_FILE";
pub(crate) const ADDRESS: &str = "SSE_TEST_NODE_ADDRESS";
pub(crate) const COUNT: &str = "SSE_TEST_NODE_COUNT";
pub(crate) const LAST: &str = "SSE_TEST_NODE_LAST";

/// How many events a channel keeps.
pub(crate) const KEPT: u64 = 60;

/// Serves, if this process was started for it.
pub(crate) fn run() {
    let Ok(file) = std::env::var(FILE) else {
        return;
    };
    let argument = |name| std::env::var(name).unwrap();
    let address: SocketAddr = argument(ADDRESS).parse().unwrap();
    let count: u64 = argument(COUNT).parse().unwrap();
    let last: Vec<u64> = argument(LAST)
        .split(' ')
        .map(|number| number.parse().unwrap())
        .collect();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let hub = Hub::builder(RedbStore::open(file).unwrap())
            .with_retention(Retention::records(KEPT))
            // So that a batch is cut now and then.
            .with_max_batch_bytes(400)
            .build()
            .unwrap();
        for (channel, last) in last.into_iter().enumerate() {
            tokio::spawn(publish(hub.clone(), channel, last, count));
        }
        let routes = Router::new().route("/{channels}", get(stream));
        let listener = TcpListener::bind(address).await.unwrap();
        axum::serve(listener, routes.with_state(hub)).await.unwrap();
    });
}

/// What was published but not acknowledged when the process was killed is published once: it has
/// the same key.
async fn publish(hub: Hub, channel: usize, last: u64, count: u64) {
    let name = Channel::try_from(CHANNELS[channel]).unwrap();
    for number in (last + 1..).take(usize::try_from(count).unwrap_or(usize::MAX)) {
        let key = number.to_string();
        let options = PublishOptions::new().with_key(key, Duration::from_secs(3600));
        let event = Event::builder(format!("{} {number}", CHANNELS[channel]));
        hub.publish_with(&name, event, options).await.unwrap();
        // In one write, so that a line is there as a whole or not.
        let line = format!("> {channel} {number}\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
}

async fn stream(
    State(hub): State<Hub>,
    Path(channels): Path<String>,
    headers: HeaderMap,
) -> Response {
    let names = channels
        .split('-')
        .map(|name| Channel::try_from(name).unwrap());
    let last = headers.get("last-event-id");
    let last = last.map(|id| LastEventId::try_from(id.as_bytes()).unwrap());
    match hub.subscribe(Subscription::to(names).after(last)).await {
        Ok(subscriber) => {
            let body = Body::new(subscriber.into_body());
            ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
