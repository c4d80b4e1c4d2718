//! What happens on streams, counted and told: how many are live, why they end, what they carry.
//!
//! [`ObserveLayer`] puts [`Observers`] on each event stream; as one wrapper with the rest,
//! [`EventStreamLayer::with_observers`](crate::EventStreamLayer::with_observers) does:
//!
//! - [`StreamStatistics`] counts in the process: for a status page, a health check, a test.
//! - [`StreamMetrics`] (feature `metrics`) counts for the recorder of the `metrics` facade, and so for
//!   Prometheus and others.
//! - [`StreamTracing`] (feature `tracing`) opens a span for each stream.
//! - One's own, by the trait.
//!
//! Each stream is told as opened once and as closed once, with one
//! [`CloseReason`](crate::stream::CloseReason): also when the client leaves before the body was
//! polled, when the body fails, and when the server gives the stream up. So opened minus closed is
//! live, always. A `HEAD` request opens no stream, and neither does a response that is none.
//!
//! Events are those of the inner body, as a client dispatches them. Bytes are what goes out: of an
//! encoded stream they are all that can be counted.
//!
//! Worn outside of the layers that add to a stream, or inside of them: the stream is told the same,
//! but only from outside are the bytes complete and keep-alives seen. Worn outside of a layer that
//! refuses by [an empty stream](crate::refusal), the refusal is a stream too. So the place is between the
//! two; see the order of layers in the [manual](crate).
//!
//! The cost: what is told of a frame is its number of events and of bytes, so the starts of its
//! lines are looked at, and their ends searched for; then each observer is called. Without an
//! observer nothing of it is done, and nothing is allocated in any case.
//!
//! ```
//! use std::sync::Arc;
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::{BodyExt, Full};
//! use sse_tower::{EventStreamLayer, stream::CloseReason};
//! use sse_tower::observe::{Observers, StreamStatistics};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let service = service_fn(|_: Request<()>| async {
//!     let body = Full::new(Bytes::from_static(b"data: a\n\ndata: b\n\n"));
//!     Response::builder().header("content-type", "text/event-stream").body(body)
//! });
//! let statistics = Arc::new(StreamStatistics::new());
//! let observers = Observers::new().with_observer(statistics.clone());
//! let service = EventStreamLayer::recommended().with_observers(observers).layer(service);
//!
//! let response = service.clone().oneshot(Request::new(())).await.unwrap();
//! assert_eq!(statistics.snapshot().live(), 1);
//! let body = response.into_body().collect().await.unwrap().to_bytes();
//!
//! let gone = service.oneshot(Request::new(())).await.unwrap();
//! drop(gone);
//!
//! let seen = statistics.snapshot();
//! assert_eq!((seen.opened(), seen.live()), (2, 0));
//! assert_eq!(seen.closed(CloseReason::Complete), 1);
//! assert_eq!(seen.closed(CloseReason::ClientGone), 1);
//! assert_eq!((seen.events(), seen.bytes()), (2, body.len() as u64));
//! # }
//! ```

mod layer;
#[cfg(feature = "metrics")]
mod metrics;
mod observers;
mod request;
mod statistics;
#[cfg(test)]
mod tests;
#[cfg(feature = "tracing")]
mod tracing;

#[cfg(feature = "metrics")]
pub use self::metrics::StreamMetrics;
#[cfg(feature = "tracing")]
pub use self::tracing::StreamTracing;
pub use self::{
    layer::ObserveLayer,
    observers::Observers,
    request::ObservedRequest,
    statistics::{StatisticsSnapshot, StreamStatistics},
};
pub use crate::stream::StreamObserver;
