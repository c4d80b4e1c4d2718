//! An open event stream, as everybody but its body sees it: what ends it early, what it holds,
//! who watches it.
//!
//! The layers of this crate that end streams or count them meet here. A layer of one's own can
//! too: each event stream that a layer of this crate watches has a [`StreamHandle`] in the
//! extensions of its response. By it the stream can be [ended](StreamHandle::end) from anywhere,
//! made to [hold](StreamHandle::hold) something until it is closed, and
//! [observed](StreamHandle::observe).
//!
//! A stream ends at an event boundary, with a [`Farewell`] if there is one. If its inner body is in
//! the middle of an event then, that event may still be completed within the
//! [grace](StreamEnd::with_grace); after it the stream just ends, and the client discards the part
//! of the event that it has (<https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>),
//! so that its last event ID is right in any case.
//!
//! ```
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::{BodyExt, Full};
//! use sse_codec::{Encode, Event, EventType};
//! use sse_tower::{EventStreamLayer, stream::{CloseReason, Farewell, StreamEnd, StreamHandle}};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let service = service_fn(|_: Request<()>| async {
//!     let body = Full::new(Bytes::from_static(b"data: hello\n\n"));
//!     Response::builder().header("content-type", "text/event-stream").body(body)
//! });
//! let layer = EventStreamLayer::recommended().without_retry();
//! let response = layer.layer(service).oneshot(Request::new(())).await.unwrap();
//!
//! let handle = response.extensions().get::<StreamHandle>().unwrap();
//! let last = Event::builder("maintenance").event_type(EventType::from_static("bye"));
//! let farewell = Farewell::new().with_event(last.to_frame());
//! handle.end(StreamEnd::new(CloseReason::Requested).with_farewell(farewell));
//!
//! let body = response.into_body().collect().await.unwrap().to_bytes();
//! assert_eq!(body, "event: bye\ndata: maintenance\n\n");
//! # }
//! ```

mod close_reason;
#[cfg(feature = "stall")]
mod demand;
mod end;
mod farewell;
mod handle;
mod observer;
mod open_streams;

#[cfg(feature = "stall")]
pub(crate) use self::demand::Demand;
pub use self::{
    close_reason::CloseReason, end::StreamEnd, farewell::Farewell, handle::StreamHandle,
    observer::StreamObserver,
};
pub(crate) use self::{end::ScheduledEnd, open_streams::OpenStreams};
