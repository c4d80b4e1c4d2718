//! 406 for clients that do not accept event streams.
//!
//! A client whose `Accept` neither names `text/event-stream` nor has a range that covers it gets
//! `406 Not Acceptable` instead of a stream it would not know what to do with, and which would
//! hold a connection. `Accept` is read as RFC 9110 has it: several headers are one, the most
//! specific range counts, a weight of 0 refuses, quoted strings are no separators; what cannot be
//! read is left out, and without any `Accept` everything is acceptable.
//!
//! By default the response is judged: only if it is an event stream is it replaced, so that the
//! layer can stand around a whole application. On a route that answers with nothing else,
//! [`NegotiateLayer::before_the_call`] spares the handler the work.
//!
//! ```
//! use http::{Request, Response, StatusCode};
//! use sse_tower::NegotiateLayer;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let service = service_fn(|_: Request<()>| async {
//!     let response = Response::builder().header("content-type", "text/event-stream");
//!     response.body("data: hello\n\n".to_owned())
//! });
//! let request = Request::get("/").header("accept", "application/json").body(()).unwrap();
//! let response = NegotiateLayer::new().layer(service).oneshot(request).await.unwrap();
//! assert_eq!(response.status(), StatusCode::NOT_ACCEPTABLE);
//! # }
//! ```

mod body;
mod future;
mod layer;
mod service;

pub use self::{
    body::NegotiatedBody, future::ResponseFuture, layer::NegotiateLayer, service::Negotiate,
};
