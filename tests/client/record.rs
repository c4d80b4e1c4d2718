//! What a client told, in words.

use core::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::Full;
use sse_tower::client::{Backoff, ClientItem, EventSource, EventSourceOptions, HttpService};

use crate::server::{Http, Server, http1};

/// After this a test fails instead of waiting for ever.
const DEADLINE: Duration = Duration::from_secs(60);

/// Reconnects at once.
pub(crate) fn quick() -> EventSourceOptions {
    EventSourceOptions::new()
        .with_backoff(Backoff::NONE)
        .with_reconnection_time(Duration::from_millis(1))
        .with_reconnection_time_bounds(Duration::ZERO, Duration::from_secs(3600))
}

pub(crate) type Source = EventSource<Http, Full<Bytes>>;

pub(crate) fn source(server: &Server, options: EventSourceOptions) -> Source {
    EventSource::get(http1(), server.uri("/")).with_options(options)
}

pub(crate) async fn within_deadline<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(DEADLINE, future)
        .await
        .expect("it happens long before the deadline")
}

/// What the next item is: its data, `open`, `again: CAUSE`, `error: CAUSE`, `end`.
pub(crate) async fn next<S: HttpService<B>, B>(source: &mut EventSource<S, B>) -> String {
    match within_deadline(source.next()).await {
        None => "end".into(),
        Some(Ok(ClientItem::Open(_))) => "open".into(),
        Some(Ok(ClientItem::Event(event))) => event.data().into(),
        Some(Ok(ClientItem::Comment(text))) => format!(": {text}"),
        Some(Ok(ClientItem::Dropped(error))) => format!("dropped: {error}"),
        Some(Ok(ClientItem::Reconnecting { cause, .. })) => format!("again: {cause}"),
        Some(Ok(ClientItem::UnsendableId)) => "unsendable id".into(),
        Some(Ok(item)) => format!("{item:?}"),
        Some(Err(error)) => match error.cause() {
            Some(cause) => format!("error: {cause}"),
            None => format!("error: {error}"),
        },
    }
}

/// Everything up to the end, or to so many items.
pub(crate) async fn take<S: HttpService<B>, B>(
    source: &mut EventSource<S, B>,
    items: usize,
) -> Vec<String> {
    let mut told = Vec::new();
    while told.len() < items {
        told.push(next(source).await);
        if told.last().is_some_and(|last| last == "end") {
            break;
        }
    }
    told
}

/// Everything up to the end.
pub(crate) async fn all<S: HttpService<B>, B>(source: &mut EventSource<S, B>) -> Vec<String> {
    take(source, usize::MAX).await
}
