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
//!    [`Drain::ended`] is ready, and so is [`Drain::serve`], which drops the server. That timer
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
//! The server goes on answering until the streams have [ended](Drain::ended), and refuses new ones
//! itself: in the way that an `EventSource` understands. One that stops listening at once
//! ([`Drain::begun`]) leaves that to others. A browser that connects to it directly comes back, but a
//! proxy in front of it may answer 502, and then it does not.
//!
//! axum:
//!
//! ```no_run
//! # use sse_tower::drain::{Drain, LeftBehind};
//! # async fn run(listener: tokio::net::TcpListener, routes: axum::Router) -> std::io::Result<()> {
//! let drain = Drain::new();
//! let routes = routes.layer(drain.layer());
//! // And on a signal: drain.begin()
//! let server = axum::serve(listener, routes).with_graceful_shutdown(drain.ended());
//! match drain.serve(server.into_future()).await {
//!     Ok(served) => served,
//!     Err(LeftBehind { streams, .. }) => Ok(eprintln!("{streams} streams were cut")),
//! }
//! # }
//! ```
//!
//! hyper, by `hyper-util`:
//!
//! ```no_run
//! # use core::pin::pin;
//! # use axum::Router;
//! # use hyper_util::{rt::{TokioExecutor, TokioIo}, server::{conn::auto, graceful::GracefulShutdown}};
//! # use hyper_util::service::TowerToHyperService;
//! # use sse_tower::drain::{Drain, LeftBehind};
//! # use tokio::net::TcpListener;
//! # async fn run(drain: Drain, listener: TcpListener, service: Router) -> Result<(), LeftBehind> {
//! let server = async {
//!     let builder = auto::Builder::new(TokioExecutor::new());
//!     let service = TowerToHyperService::new(service);
//!     let connections = GracefulShutdown::new();
//!     let mut ended = pin!(drain.ended());
//!     loop {
//!         let accepted = tokio::select! {
//!             accepted = listener.accept() => accepted,
//!             () = &mut ended => break,
//!         };
//!         let Ok((socket, _)) = accepted else { continue };
//!         let connection = builder.serve_connection(TokioIo::new(socket), service.clone());
//!         tokio::spawn(connections.watch(connection.into_owned()));
//!     }
//!     connections.shutdown().await;
//! };
//! drain.serve(server).await
//! # }
//! ```
//!
//! Then the process should exit: what a server has spawned for its connections outlives its future,
//! and goes when the runtime does.
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
