//! The mechanism of all layers on the response side, and the layer that has the recommended set.
//!
//! If the response is an event stream, its body is watched and added to; else it passes
//! untouched: same bytes, same size hint, same trailers. An event stream here is a 200 response
//! of type `text/event-stream` whose `Content-Encoding` is none or `identity`: a compressed one
//! is left alone, so compression goes outside of these layers. A `HEAD` response gets the
//! headers.
//!
//! The body of a wrapped service is anybody's: its frames need not end at event boundaries.
//! Nothing is ever put inside an event. To know where one ends, the last three bytes of each
//! frame are looked at, so the cost does not grow with the data. A BOM at the start of the inner
//! body stays first if it comes with the first bytes, and else is dropped, which means the same.
//!
//! - A handler changes settings for its own stream by putting [`StreamOverrides`] into the
//!   extensions of its response.
//! - A layer worn twice acts once: the inner one's settings count.
//! - [`KeepAliveLayer`](crate::KeepAliveLayer), [`RetryLayer`](crate::RetryLayer),
//!   [`AntiBufferingLayer`](crate::AntiBufferingLayer), [`LifetimeLayer`](crate::LifetimeLayer),
//!   [`ErrorEventLayer`](crate::ErrorEventLayer) and [`ObserveLayer`](crate::ObserveLayer) are this with one thing set. Worn together they are
//!   several wrappers; [`EventStreamLayer`] is the same as one.
//! - A stream can be ended, observed and made to hold something by its
//!   [`StreamHandle`](crate::stream::StreamHandle), which is in the extensions of the response.
//!
//! Time is tokio's: a body with keep-alive must be polled on a tokio runtime with its time
//! driver.
//!
//! ```
//! use core::time::Duration;
//! use sse_tower::{EventStreamLayer, KeepAlive};
//!
//! let layer = EventStreamLayer::recommended()
//!     .with_keep_alive(KeepAlive::new(Duration::from_secs(25)).with_comment("alive"))
//!     .without_retry();
//! # let _ = layer;
//! ```

mod additions;
mod body;
mod event_counter;
mod future;
mod keeper;
mod layer;
mod live;
mod output;
mod overrides;
mod service;
#[cfg(test)]
mod tests;
mod timer;
mod watch;

pub(crate) use self::{additions::watched, keeper::after};

pub use self::{
    body::StreamBody, future::ResponseFuture, layer::EventStreamLayer, overrides::StreamOverrides,
    service::EventStreamService,
};
