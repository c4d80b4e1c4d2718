//! How many event streams at once, and how many new ones in a time.
//!
//! A stream takes a connection, a task and buffers for as long as it lasts, and nothing else ends it:
//! a page that forgets to close its `EventSource`, a client that reconnects in a loop, or anybody with
//! a script can have all that a server has. [`StreamLimitLayer`] gives each stream a slot:
//!
//! - in **total**, which protects the server: who comes when all are taken is refused;
//! - per **key** ([`KeyExtractor`]: a [header](HeaderKey), an [identity](ExtensionKey), an
//!   [address](AddressKey), or what a closure finds), which protects the others from one: who has all
//!   of the key's is refused, or takes the place of the key's oldest stream ([`Eviction`]);
//! - and per **time** ([`StreamRate`], in total and per key), so that streams that come and go at once
//!   are not for free either.
//!
//! The slot belongs to the response's body. It is free the moment that the body has ended, or is
//! dropped because the client went away. A request whose response is no stream gives it back at once,
//! and a stream that nobody [asked for](crate::StreamRequests) gets one late, when its response is
//! there. `HEAD` takes none.
//!
//! ```
//! # use std::sync::Arc;
//! # use bytes::Bytes;
//! # use http::{Request, Response};
//! # use http_body_util::Full;
//! use sse_tower::limit::{Eviction, HeaderKey, LocalPermits, StreamKey, StreamLimitLayer, StreamRate};
//! # use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let permits = Arc::new(LocalPermits::new(10_000).with_max_streams_per_key(2));
//! let layer = StreamLimitLayer::new(permits.clone())
//!     .with_key(HeaderKey::from_static("x-user")) // set by the proxy in front
//!     .with_rate(StreamRate::per_second(500))
//!     .with_rate_per_key(StreamRate::per_minute(30).with_burst(6));
//! # let service = layer.layer(service_fn(|_: Request<()>| async {
//! #     let body = Full::new(Bytes::from_static(b"data: hello\n\n"));
//! #     Response::builder().header("content-type", "text/event-stream").body(body)
//! # }));
//! # let get = || {
//! #     let request = Request::get("/").header("accept", "text/event-stream, */*");
//! #     service.clone().oneshot(request.header("x-user", "alice").body(()).unwrap())
//! # };
//!
//! let first = get().await.unwrap();
//! let second = get().await.unwrap();
//! assert_eq!(permits.open_streams_of(&StreamKey::new("alice")), 2);
//! assert_eq!(get().await.unwrap().status(), 429);
//!
//! drop(first); // the client closes its page
//! assert_eq!(permits.open_streams(), 1);
//! assert_eq!(get().await.unwrap().status(), 200);
//! # }
//! ```
//!
//! # Refuse or evict
//!
//! A phone that lost its network comes back while the server still holds its old stream, and a user
//! with a stream in a forgotten tab opens another one. If these are refused, the old streams win, and
//! nobody looks at them. `LocalPermits::with_eviction(Eviction::new())` lets the new stream in at once
//! instead; the key's oldest one ends at its next event boundary with
//! [`CloseReason::Limit`](crate::stream::CloseReason). Its place is free at once, although its body
//! may not be polled for long. [`Eviction`] tells how two tabs are kept from evicting each other for
//! ever. Another user's stream is never evicted: the limit in total always refuses.
//!
//! What is answered are [refusals](crate::refusal) with two faces, and each can be set: 503 for the
//! total, 429 for a key's streams, and 429 for a rate, with the time after which there is room again.
//!
//! # When not
//!
//! - A rate of all requests is another layer's: only streams are counted here.
//! - By a header or an address that a client can make up, a key limits nobody. So wear the layer
//!   inside of what finds out who the client is, such as a token layer.
//! - To limit what a browser has open: over HTTP/1.1 it has six connections for all tabs of an origin
//!   (<https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes>).
//! - Streams whose clients take nothing keep their slots, since nobody polls their bodies; the stall
//!   guard gives those up.
//!
//! # Several servers
//!
//! [`LocalPermits`] count one server's streams. What counts those of several implements
//! [`StreamPermits`], with a shared store behind it; if that store cannot be asked,
//! [`StoreFailure`] says whether streams are refused or let in. `examples/stream_slots.rs` of the
//! repository does it with the stores of `sse-session`.
//!
//! # Worn twice
//!
//! Layers with the same permits act once: the outermost one, with its key and its rates. Layers with
//! permits of their own each act, such as one by address around all routes and one by user around some.
//!
//! # Cost
//!
//! For each stream some nine small allocations, one or two locks held for a lookup, and 250 bytes while
//! it is open. For each other request the key is found, and an extension is put into it: three
//! allocations. For each event nothing.
//!
//! # Cancellation
//!
//! A response future that is dropped, before or after admission, gives back what it took. A stream that
//! it has evicted stays evicted, and what it took of a rate stays taken.

mod admitted_by;
mod arrivals;
mod eviction;
mod gate;
mod key;
mod layer;
mod local_permits;
mod permit_error;
mod permits;
mod rate;
mod rate_limiter;
mod slots;
mod store_failure;
#[cfg(test)]
mod tests;

pub use self::{
    eviction::Eviction,
    gate::StreamLimitGate,
    key::{AddressKey, ExtensionKey, HeaderKey, KeyExtractor, StreamKey},
    layer::StreamLimitLayer,
    local_permits::LocalPermits,
    permit_error::PermitError,
    permits::{PermitFuture, StreamPermit, StreamPermits},
    rate::StreamRate,
    store_failure::StoreFailure,
};
