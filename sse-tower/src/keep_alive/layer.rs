//! The layer that keeps idle streams alive.

use tower_layer::Layer;

use super::KeepAlive;
use crate::response::{EventStreamLayer, EventStreamService};

/// Sends a sign of life on event streams that are idle. See the [module](crate::keep_alive).
#[derive(Debug, Clone)]
#[must_use]
pub struct KeepAliveLayer {
    inner: EventStreamLayer,
}

impl KeepAliveLayer {
    /// A layer that sends this.
    pub fn new(keep_alive: KeepAlive) -> Self {
        Self {
            inner: EventStreamLayer::empty().with_keep_alive(keep_alive),
        }
    }
}

impl Default for KeepAliveLayer {
    /// An empty comment after 15 seconds.
    fn default() -> Self {
        Self::new(KeepAlive::default())
    }
}

impl<S> Layer<S> for KeepAliveLayer {
    type Service = EventStreamService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        self.inner.layer(inner)
    }
}
