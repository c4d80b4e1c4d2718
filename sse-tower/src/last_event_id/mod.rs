//! Where a client resumes.
//!
//! A browser that comes back sends the id of the last event it got as `Last-Event-ID`
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header>):
//! UTF-8 bytes, which a header of ASCII text would refuse. The first connection of a page cannot
//! set the header, and polyfills often cannot either; they send a query parameter. The header
//! counts first: on a reconnection, the query is still that of the first request.
//!
//! The layer puts a [`LastEventId`](sse_codec::LastEventId) into the extensions of the request. What
//! is too long, not UTF-8, or has characters that no id can have, is never passed on; that there
//! was something is, as a [`LastEventIdError`], because "unknown" is not "new": a handler that
//! takes one for the other loses events without a word. [`resumes_after`] tells the three apart.
//!
//! ```
//! use http::{Request, Response};
//! use sse_tower::{LastEventIdLayer, last_event_id::resumes_after};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let service = service_fn(|request: Request<()>| async move {
//!     let text = match resumes_after(request.extensions()) {
//!         Ok(None) => "from the start".to_owned(),
//!         Ok(Some(id)) => format!("after {:?}", id.parse::<u64>()),
//!         Err(error) => format!("from the start, with a gap: {error}"),
//!     };
//!     Ok::<_, core::convert::Infallible>(Response::new(text))
//! });
//! let request = Request::get("/events").header("last-event-id", "41").body(()).unwrap();
//! let response = LastEventIdLayer::new().layer(service).oneshot(request).await.unwrap();
//! assert_eq!(response.body(), "after Ok(41)");
//! # }
//! ```

mod layer;
mod service;
mod source;

pub use self::{
    layer::LastEventIdLayer,
    service::ExtractLastEventId,
    source::{LastEventIdError, resumes_after},
};
