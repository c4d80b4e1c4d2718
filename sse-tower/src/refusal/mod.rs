//! How a layer says no.
//!
//! A browser's `EventSource` never comes back after a status other than 200: a 503 in the
//! middle of a deploy silences every page for good
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model>: such a
//! response fails the connection). Other clients, and load balancers, need the status. So a refusal
//! has two faces: a **status** with `Retry-After`, or a **stream**, a 200 response that tells a
//! reconnection time, then an event if one is set, and ends; after it an `EventSource` returns by
//! itself. By default the request decides: one that accepts event streams and nothing else, as an
//! `EventSource` does, gets the stream.
//!
//! ```
//! use core::time::Duration;
//! use http::StatusCode;
//! use sse_tower::{refusal::{Face, Refusal}, retry::Retry};
//!
//! let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS)
//!     .with_retry(Retry::new(Duration::from_secs(20)));
//! let for_api_clients_only = refusal.clone().with_face(Face::Status);
//! # let _ = for_api_clients_only;
//! ```

mod face;
mod response;

pub use self::{face::Face, response::Refusal};
