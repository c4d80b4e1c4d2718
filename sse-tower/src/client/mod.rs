//! An event source: a client that reconnects, over any HTTP client that is a Tower service.
//!
//! [`EventSource`] is a [`Stream`](futures_core::Stream) of what happens: there is a stream
//! ([`ClientItem::Open`]), events, another request ([`ClientItem::Reconnecting`]). It does what the HTML
//! standard has a browser [do][standard], and never less than it:
//!
//! - Only a response with status 200 and of type `text/event-stream` is a stream. Any other ends the
//!   client, 204 too, with an error that holds the response; [`PatientPolicy`] waits where it passes.
//! - There is one **last event ID**, as long as the client lives. No connection, no failure and no event without an id
//!   changes it. It is sent as its bytes, or, where no header can carry it, not at all, and
//!   [`ClientItem::UnsendableId`] says so.
//! - `retry:` is followed, with or without data, within bounds; on top comes [`Backoff`].
//! - An event that the connection cut off is dropped; the server sends it again.
//!
//! Nothing is spawned and nothing happens unless it is polled. The body is read when the items of the last chunk
//! are taken: a slow reader slows down the server, through the socket. What is held is a chunk, and the event that
//! is not complete, within [`Limits`](sse_codec::Limits).
//!
//! ```
//! use std::sync::atomic::{AtomicU32, Ordering};
//! use bytes::Bytes;
//! use futures_util::StreamExt;
//! use http::{Request, Response};
//! use http_body_util::{Empty, Full};
//! use sse_tower::client::{ClientItem, EventSource};
//! use tower::service_fn;
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // In place of a server that is restarted, and then has no more to say.
//! let service = service_fn(|request: Request<Empty<Bytes>>| async move {
//!     let response = Response::builder().header("content-type", "text/event-stream");
//!     match request.headers().get("last-event-id") {
//!         None => response.body(Full::new(Bytes::from("id: 7\ndata: hello\n\ndata: cut o"))),
//!         Some(id) => {
//!             assert_eq!(id, "7");
//!             response.status(204).body(Full::default())
//!         }
//!     }
//! });
//! let mut source = EventSource::get(service, "http://localhost/prices".parse()?);
//! let mut seen = Vec::new();
//! let error = loop {
//!     match source.next().await.expect("it ends with an error") {
//!         Ok(ClientItem::Open(_)) => seen.push("open".to_owned()),
//!         Ok(ClientItem::Event(event)) => seen.push(event.data().to_owned()),
//!         Ok(ClientItem::Reconnecting { cause, .. }) => seen.push(cause.to_string()),
//!         Ok(_) => {}
//!         Err(error) => break error,
//!     }
//! };
//! assert_eq!(seen, ["open", "hello", "event stream ended"]);
//! assert_eq!(error.status().unwrap(), 204);
//! assert!(source.next().await.is_none());
//! # Ok(())
//! # }
//! ```
//!
//! # Over hyper, with redirects
//!
//! A redirect is a response that is no stream, unless the service follows it. tower-http's layer does as a fetch
//! does: it keeps method and body on 307 and 308, if it is told how to copy a body, and turns a POST into a GET on 301, 302
//! and 303. Each reconnection begins at the address of the request again.
//!
//! ```no_run
//! use bytes::Bytes;
//! use http::{Request, header};
//! use http_body_util::Full;
//! use hyper_util::{client::legacy::Client, rt::TokioExecutor};
//! use sse_tower::client::{Attempt, EventSource, EventSourceOptions, PatientPolicy};
//! use tower::Layer;
//! use tower_http::follow_redirect::{
//!     FollowRedirectLayer,
//!     policy::{PolicyExt, Standard, clone_body_fn},
//! };
//!
//! # fn fresh_token() -> String { String::new() }
//! let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
//! let copies = clone_body_fn(|body: &Full<Bytes>| Some(body.clone()));
//! let policy = PolicyExt::and::<_, Full<Bytes>, ()>(Standard::default(), copies);
//! let service = FollowRedirectLayer::with_policy(policy).layer(client);
//! let source = EventSource::new(service, |_: &Attempt<'_>| {
//!     let mut request = Request::new(Full::from(r#"{"stream":true}"#));
//!     *request.method_mut() = http::Method::POST;
//!     *request.uri_mut() = http::Uri::from_static("http://localhost/v1/chat");
//!     let token = fresh_token().try_into().expect("a token is ASCII");
//!     request.headers_mut().insert(header::AUTHORIZATION, token);
//!     request
//! })
//! .with_options(EventSourceOptions::new().with_policy(PatientPolicy));
//! # let _ = source;
//! ```
//!
//! Whatever else a client should do is a layer of the service: TLS, decompression, tokens that have to be
//! waited for, traces. There is one connection at a time: the body of the one before is dropped before the
//! next request is made.
//!
//! # One request, one stream
//!
//! [`EventSourceOptions::one_shot`] makes no second request. [`Collector`] takes all events up to a sentinel, and the
#![cfg_attr(
    feature = "client-json",
    doc = "feature `client-json` reads them as JSON ([`EventSource::events`])."
)]
#![cfg_attr(
    not(feature = "client-json"),
    doc = "feature `client-json` reads them as JSON (`EventSource::events`)."
)]
//!
//! # What waits for what
//!
//! | time | default | set by |
//! |---|---|---|
//! | from the request to the head of the response | 1 minute | [`with_connect_timeout`](EventSourceOptions::with_connect_timeout) |
//! | silence of a stream | as long as it takes | [`with_idle_timeout`](EventSourceOptions::with_idle_timeout) |
//! | before a request that replaces a stream | 3 seconds, or what `retry:` says, from 100 milliseconds to 1 hour | [`with_reconnection_time`](EventSourceOptions::with_reconnection_time) |
//! | on top of it | 0 to 1, 2, 4 … 30 seconds | [`with_backoff`](EventSourceOptions::with_backoff) |
//! | at least, after `Retry-After` | up to 1 hour | [`with_max_retry_after`](EventSourceOptions::with_max_retry_after) |
//! | until the count of reconnections starts anew | 30 seconds of one stream | [`with_stable_period`](EventSourceOptions::with_stable_period) |
//!
//! A server that falls silent without closing is noticed by an idle timeout only. Set it to more than twice the
//! server's keep-alive.
//!
//! [standard]: https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model

mod alarm;
mod attempt;
mod backoff;
mod cause;
mod collector;
mod connection;
mod error;
mod event_source;
mod handle;
mod http_service;
mod item;
#[cfg(feature = "client-json")]
mod json;
pub mod machine;
mod options;
mod policy;

#[cfg(feature = "client-json")]
pub use self::json::{JsonEvents, JsonEventsError};
pub use self::{
    attempt::Attempt,
    backoff::Backoff,
    cause::{BoxError, Cause},
    collector::{CollectError, Collector, Incomplete},
    error::ClientError,
    event_source::EventSource,
    handle::EventSourceHandle,
    http_service::HttpService,
    item::ClientItem,
    options::EventSourceOptions,
    policy::{OneShotPolicy, PatientPolicy, Policy, StandardPolicy, Verdict},
};
