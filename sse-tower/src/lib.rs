#![doc = include_str!("docs/overview.md")]
#![forbid(unsafe_code)]

mod accessors;
mod boundary;
mod byte_order_mark;
mod jitter;
mod media_type;

pub mod anti_buffering;
pub mod cors;
pub mod keep_alive;
pub mod last_event_id;
pub mod negotiate;
pub mod response;
pub mod retry;

pub use self::{
    anti_buffering::AntiBufferingLayer,
    cors::EventSourceCorsLayer,
    jitter::Jitter,
    keep_alive::{KeepAlive, KeepAliveLayer},
    last_event_id::LastEventIdLayer,
    negotiate::NegotiateLayer,
    response::{EventStreamLayer, StreamOverrides},
    retry::RetryLayer,
};
