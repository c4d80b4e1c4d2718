//! Event streams for pages of other origins.
//!
//! tower-http's CORS, set right for `EventSource` and for clients made of `fetch`. The standard
//! lets an `EventSource` on another origin read a stream only if the response allows that origin,
//! and with `withCredentials` only if it allows that very origin and credentials: `*` is not
//! enough, and a server that sends both is refused by every browser. So this layer has two ways
//! in, and the wrong combination is an error when it is made.
//!
//! - [`EventSourceCorsLayer::any_origin`]: `*`, no credentials.
//! - [`EventSourceCorsLayer::origins`]: these origins exactly, and on request their credentials.
//!
//! `Vary` tells caches what the response depends on. An `EventSource` never asks first; clients
//! made of `fetch` do when they set headers, so the preflight allows `Last-Event-ID`,
//! `Authorization`, `Cache-Control` and `Content-Type`, and `GET`, `HEAD`, `POST` and `DELETE`, and may be
//! remembered for an hour. The layer answers the preflight itself, so it goes outside of what
//! would refuse one.
//!
//! ```
//! use sse_tower::{EventSourceCorsLayer, cors::CorsError};
//!
//! let public = EventSourceCorsLayer::any_origin();
//! let app = EventSourceCorsLayer::origins(["https://app.example"])?.with_credentials()?;
//! assert_eq!(
//!     EventSourceCorsLayer::any_origin().with_credentials().unwrap_err(),
//!     CorsError::CredentialsForAnyOrigin,
//! );
//! # let _ = (public, app);
//! # Ok::<(), CorsError>(())
//! ```

mod error;
mod layer;
mod service;

pub use self::{
    error::CorsError,
    layer::EventSourceCorsLayer,
    service::{EventSourceCors, ResponseFuture},
};
