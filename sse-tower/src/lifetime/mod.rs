//! A stream ends after a while, so that its client returns.
//!
//! Some proxies and CDNs cut a response after a time of theirs, often 100 seconds, wherever it is;
//! and clients that never reconnect never find the servers that were added since. A lifetime ends
//! streams first: at an event boundary, so that nothing is lost, and each after a time of its own,
//! so that they do not return together. An `EventSource` comes back after its reconnection time,
//! with its last event ID. What it misses meanwhile, the handler has to send then.
//!
//! By default a stream ends up to 20 % earlier than the maximum, says nothing, and gives an event
//! that has begun 5 seconds to be completed. A handler changes it for its own stream by
//! [`StreamOverrides`](crate::StreamOverrides). It costs one timer, shared with the keep-alive.
//!
//! The end comes when the body is polled: a client that takes nothing does not get it. What ends such
//! a stream is the stall guard.
//!
//! ```
//! use core::time::Duration;
//! use sse_tower::{EventStreamLayer, LifetimeLayer, lifetime::Lifetime};
//!
//! let behind_a_cdn = Lifetime::new(Duration::from_secs(90));
//! let alone = LifetimeLayer::new(behind_a_cdn.clone());
//! let with_the_rest = EventStreamLayer::recommended().with_lifetime(behind_a_cdn);
//! # let _ = (alone, with_the_rest);
//! ```

mod layer;
mod maximum;

pub use self::{layer::LifetimeLayer, maximum::Lifetime};
