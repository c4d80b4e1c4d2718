//! The layer that ends streams after a while.

use tower_layer::Layer;

use super::Lifetime;
use crate::response::{EventStreamLayer, EventStreamService};

/// Ends event streams after a while. See the [module](crate::lifetime).
#[derive(Debug, Clone)]
#[must_use]
pub struct LifetimeLayer {
    inner: EventStreamLayer,
}

impl LifetimeLayer {
    /// A layer that lets streams last so long.
    pub fn new(lifetime: Lifetime) -> Self {
        Self {
            inner: EventStreamLayer::empty().with_lifetime(lifetime),
        }
    }
}

impl<S> Layer<S> for LifetimeLayer {
    type Service = EventStreamService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        self.inner.layer(inner)
    }
}
