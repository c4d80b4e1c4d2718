#![doc = include_str!("docs/overview.md")]
#![forbid(unsafe_code)]

mod accessors;
mod boundary;
mod byte_order_mark;
mod jitter;
mod media_type;

pub mod anti_buffering;
#[cfg(feature = "cors")]
pub mod cors;
pub mod keep_alive;
#[cfg(feature = "last-event-id")]
pub mod last_event_id;
#[cfg(feature = "negotiate")]
pub mod negotiate;
pub mod response;
pub mod retry;
#[cfg(feature = "stall")]
pub mod stall;

#[cfg(feature = "cors")]
pub use self::cors::EventSourceCorsLayer;
#[cfg(feature = "last-event-id")]
pub use self::last_event_id::LastEventIdLayer;
#[cfg(feature = "negotiate")]
pub use self::negotiate::NegotiateLayer;
pub use self::{
    anti_buffering::AntiBufferingLayer,
    jitter::Jitter,
    keep_alive::{KeepAlive, KeepAliveLayer},
    response::{EventStreamLayer, StreamOverrides},
    retry::RetryLayer,
};
