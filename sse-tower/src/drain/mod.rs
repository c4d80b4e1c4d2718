//! A server that stops without cutting its streams.
//!
//! hyper's and axum's graceful shutdown wait for every response to end, and an event stream does not
//! end: they wait forever. Cutting all of them at once makes every client return in the same
//! second. A drain does it in order:
//!
//! 1. [`Drain::begin`], on a signal: new streams are refused from now on ([`Refusal`](crate::refusal)),
//!    other requests are served.
//! 2. Each open stream ends at an event boundary at a time of its own within the **window** (10
//!    seconds), with a [`Farewell`](crate::stream::Farewell): a reconnection time with jitter and an
//!    event `disconnected`.
//! 3. What has not ended one **deadline** (5 seconds) after the window is left behind:
//!    [`Drain::finished`] is ready, and so is [`Drain::serve`], which drops the server. That timer
//!    lives outside of the bodies, so it also fires for a client that takes nothing, and for an inner
//!    body that hangs in the middle of an event.
//!
//! An `EventSource` returns by itself, to the next instance, with its last event ID.
//!
//! ```
//! use core::time::Duration;
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::{BodyExt, Full};
//! use sse_tower::{drain::Drain, retry::Retry};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let drain = Drain::new().with_window(Duration::from_secs(20));
//! let service = drain.layer().layer(service_fn(|_: Request<()>| async {
//!     // This one would last for a month.
//!     let body = Full::new(Bytes::from_static(b"data: hello\n\n"));
//!     # let body = http_body_util::StreamBody::new(futures_util::StreamExt::chain(
//!     #     futures_util::stream::once(async { Ok::<_, core::convert::Infallible>(http_body::Frame::data(Bytes::from_static(b"data: hello\n\n"))) }),
//!     #     futures_util::stream::pending()));
//!     Response::builder().header("content-type", "text/event-stream").body(body)
//! }));
//!
//! let response = service.clone().oneshot(Request::new(())).await.unwrap();
//! assert_eq!(drain.open_streams(), 1);
//! drain.begin();
//! let body = response.into_body().collect().await.unwrap().to_bytes();
//! let text = core::str::from_utf8(&body).unwrap();
//! assert!(text.contains("\n\nevent: disconnected\ndata: "));
//! assert_eq!(drain.finished().await, Ok(()));
//!
//! let request = Request::get("/").header("accept", "application/json, text/event-stream");
//! let response = service.oneshot(request.body(()).unwrap()).await.unwrap();
//! assert_eq!(response.status(), 503);
//! # }
//! ```
//!
//! # With a server
//!
//! axum:
//!
//! ```text
//! let server = axum::serve(listener, app).with_graceful_shutdown(drain.begun());
//! drain.serve(server.into_future()).await?;
//! ```
//!
//! hyper: accept until [`Drain::begun`], tell each connection to shut down gracefully
//! (`hyper_util::server::graceful::GracefulShutdown`), and wait for them inside of [`Drain::serve`].
//!
//! When a load balancer should stop sending requests first, let its health check fail and wait before
//! the drain begins.

mod gate;
mod layer;
mod left_behind;
mod signal;
#[cfg(test)]
mod tests;

pub use self::{gate::DrainGate, layer::DrainLayer, left_behind::LeftBehind, signal::Drain};
