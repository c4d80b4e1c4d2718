//! Streams that end by themselves before somebody on the way ends them.

use core::time::Duration;

use sse_codec::Item;
use sse_tower::lifetime::Lifetime;
use sse_tower::{EventStreamLayer, LifetimeLayer};

use crate::client::{EventReader, event_source};
use crate::proxy::{Proxy, through_each_proxy};
use crate::upstream::Upstream;

const EVENTS: u64 = 3;

/// A client comes back each time its stream has ended, with what it has seen, and misses nothing.
async fn resumes(test: &str, proxy: Proxy) {
    let layer = LifetimeLayer::new(Lifetime::new(Duration::from_millis(500)));
    let stack = (layer, EventStreamLayer::recommended());
    let mut upstream = Upstream::start_wearing(|events| events.layer(stack)).await;
    let server = proxy.start_or_skip(test, upstream.address(), |printed| printed);
    let Some(server) = server else { return };
    let mut seen = 0;
    let mut streams = 0;
    while seen < EVENTS {
        let mut request = event_source();
        if seen > 0 {
            request.headers_mut().insert("last-event-id", seen.into());
        }
        let mut reader = EventReader::open(server.address(), request).await;
        let stream = upstream.next_stream().await;
        let id = stream.last_event_id().map(|id| id.parse().unwrap());
        assert_eq!(id.unwrap_or(0), seen);
        // One event for each stream. It may be over already, on a slow machine.
        stream.offer(seen + 1).await;
        // The end is not an error, as a cut would be.
        while let Some(item) = reader.next_item().await.expect("a clean end") {
            if let Item::Event(event) = item {
                assert_eq!(event.last_event_id(), (seen + 1).to_string());
                seen += 1;
            }
        }
        // The handler would have gone on.
        stream.closed().await;
        streams += 1;
        assert!(streams < 20 * EVENTS, "no event comes");
    }
    assert!(streams >= EVENTS);
}

through_each_proxy!(
    a_client_whose_streams_end_after_a_while_resumes_each_time,
    super::resumes
);
