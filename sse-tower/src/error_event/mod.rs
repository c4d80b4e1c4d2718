//! A body that fails mid-stream becomes a last event and a clean end.
//!
//! A server that gets an error from a body can only break the connection: the client sees a network
//! error, and a proxy logs one. With this layer an event goes out instead, and the response ends well.
//! An `EventSource` returns in both cases.
//!
//! The text of the event is chosen beforehand and never that of the error, which may tell what no client
//! should know; to log it, map the error inside of the body. If the body fails in the middle of an
//! event there is no event for it, because nothing can be put there; the client discards the part that
//! it has.
//!
//! A page gets the event where it listens for `error`, where the browser also tells of lost
//! connections: only this one has `data`.
//!
//! ```
//! use bytes::Bytes;
//! use futures_util::stream;
//! use http::{Request, Response};
//! use http_body::Frame;
//! use http_body_util::{BodyExt, StreamBody};
//! use sse_tower::{ErrorEventLayer, error_event::ErrorEvent};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let service = service_fn(|_: Request<()>| async {
//!     let hello = Frame::data(Bytes::from_static(b"data: hello\n\n"));
//!     let body = StreamBody::new(stream::iter([Ok(hello), Err("password rejected by 10.0.0.7")]));
//!     Response::builder().header("content-type", "text/event-stream").body(body)
//! });
//! let layer = ErrorEventLayer::new(ErrorEvent::new("please wait"));
//! let response = layer.layer(service).oneshot(Request::new(())).await.unwrap();
//! let body = response.into_body().collect().await.unwrap().to_bytes();
//! assert_eq!(body, "data: hello\n\nevent: error\ndata: please wait\n\n");
//! # }
//! ```

mod event;
mod layer;

pub use self::{event::ErrorEvent, layer::ErrorEventLayer};
