//! `http_body::Body`, both ways.
//!
//! [`EventStreamBody`] makes the body of a response from any stream of events, for any server
//! that speaks `http`. [`EventStream::from_body`](crate::EventStream::from_body) reads one.
//!
//! ```
//! use futures_util::{StreamExt, stream};
//! use sse_codec::{Event, EventStream, EventStreamBody, Item};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sent = Event::builder("hello").build();
//! let body = EventStreamBody::new(stream::iter([sent.clone()]));
//!
//! let mut items = EventStream::from_body(body);
//! assert_eq!(items.next().await.transpose()?, Some(Item::Event(sent)));
//! # Ok(())
//! # }
//! ```

mod body_chunks;
mod event_stream_body;
mod infallible_stream;

pub use self::{
    body_chunks::BodyChunks, event_stream_body::EventStreamBody,
    infallible_stream::InfallibleStream,
};
