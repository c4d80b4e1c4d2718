//! The layer that tells the reconnection time.

use tower_layer::Layer;

use super::Retry;
use crate::response::{EventStreamLayer, EventStreamService};

/// Tells clients of event streams when to come back. See the [module](crate::retry).
#[derive(Debug, Clone)]
#[must_use]
pub struct RetryLayer {
    inner: EventStreamLayer,
}

impl RetryLayer {
    /// A layer that tells this.
    pub fn new(retry: Retry) -> Self {
        Self {
            inner: EventStreamLayer::empty().with_retry(retry),
        }
    }
}

impl Default for RetryLayer {
    /// From 2 to 3 seconds.
    fn default() -> Self {
        Self::new(Retry::default())
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = EventStreamService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        self.inner.layer(inner)
    }
}
