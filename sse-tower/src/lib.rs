#![doc = include_str!("docs/overview.md")]
#![doc = include_str!("docs/order.md")]
#![forbid(unsafe_code)]

mod accept;
mod accessors;
mod boundary;
mod byte_order_mark;
mod jitter;
mod media_type;
mod request;
#[cfg(feature = "builder")]
mod service_builder_ext;
#[cfg(test)]
#[cfg(feature = "full")]
mod tests;

pub mod anti_buffering;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "cors")]
pub mod cors;
pub mod drain;
pub mod error_event;
pub mod gate;
pub mod keep_alive;
pub mod last_event_id;
pub mod lifetime;
#[cfg(feature = "limit")]
pub mod limit;
pub mod negotiate;
pub mod observe;
pub mod refusal;
pub mod response;
pub mod retry;
#[cfg(feature = "stall")]
pub mod stall;
pub mod stream;
#[cfg(feature = "token")]
pub mod token;

#[cfg(feature = "cors")]
pub use self::cors::EventSourceCorsLayer;
#[cfg(feature = "limit")]
pub use self::limit::StreamLimitLayer;
#[cfg(feature = "builder")]
pub use self::service_builder_ext::EventStreamServiceBuilderExt;
#[cfg(feature = "token")]
pub use self::token::TokenLayer;
pub use self::{
    anti_buffering::AntiBufferingLayer,
    drain::{Drain, DrainLayer},
    error_event::ErrorEventLayer,
    jitter::Jitter,
    keep_alive::{KeepAlive, KeepAliveLayer},
    last_event_id::LastEventIdLayer,
    lifetime::LifetimeLayer,
    negotiate::NegotiateLayer,
    observe::ObserveLayer,
    request::StreamRequests,
    response::{EventStreamLayer, StreamOverrides},
    retry::RetryLayer,
};
