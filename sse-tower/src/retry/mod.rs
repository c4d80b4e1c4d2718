//! The reconnection time, first on the stream.
//!
//! A browser waits some seconds of its own choice before it comes back, and after a deploy or a
//! network fault all of them come back together. A `retry` field sets the time; drawn anew for
//! each connection, it spreads them. It stands first on the stream, and leaves at once, so that
//! the client has it even if the handler never sends anything.
//!
//! A stream that sends a `retry` of its own keeps it, because the last one counts for the client.
//! A handler changes it for its own stream by [`StreamOverrides`](crate::StreamOverrides).
//!
//! ```
//! use core::time::Duration;
//! use sse_tower::{Jitter, RetryLayer, retry::Retry};
//!
//! // From 2 to 3 seconds.
//! let retry = Retry::new(Duration::from_secs(2)).with_jitter(Jitter::percent(50));
//! let layer = RetryLayer::new(retry);
//! # let _ = layer;
//! ```

mod hint;
mod layer;

pub use self::{hint::Retry, layer::RetryLayer};
