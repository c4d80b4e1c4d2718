//! A sign of life while a stream is idle.
//!
//! Proxies and load balancers cut a connection on which nothing was sent for a while, often 60
//! seconds; and a server that never writes does not learn that its client is gone. So when
//! nothing was sent for the interval, a comment is: 3 bytes that a client ignores. A page cannot
//! see comments; where it shall see that the stream is alive, send an event
//! ([`KeepAlive::with_event`]).
//!
//! Only time in which *nothing* was sent counts, the first beat never comes at once, and a beat
//! is put between events only (a comment also between the lines of one). A handler changes it
//! for its own stream by [`StreamOverrides`](crate::StreamOverrides).
//!
//! The interval is 15 seconds by default, less up to 10 % that each connection draws. An idle
//! stream costs one timer; a busy one stores an instant for each frame, and its timer is set
//! again only when it fires.
//!
//! ```
//! use core::time::Duration;
//! use sse_codec::{Encode, Event, EventType};
//! use sse_tower::{KeepAlive, KeepAliveLayer};
//!
//! let comments = KeepAliveLayer::default();
//! let heartbeats = KeepAliveLayer::new(
//!     KeepAlive::new(Duration::from_secs(20)).with_event(|| {
//!         Event::builder("{}").event_type(EventType::from_static("heartbeat")).to_frame()
//!     }),
//! );
//! # let _ = (comments, heartbeats);
//! ```

mod beat;
mod layer;

pub use self::{beat::KeepAlive, layer::KeepAliveLayer};
