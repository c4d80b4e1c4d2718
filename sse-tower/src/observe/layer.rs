//! The layer that puts observers on streams.

use tower_layer::Layer;

use super::Observers;
use crate::response::{EventStreamLayer, EventStreamService};

/// Puts observers on each event stream. See the [module](crate::observe).
#[derive(Debug, Clone)]
#[must_use]
pub struct ObserveLayer {
    inner: EventStreamLayer,
}

impl ObserveLayer {
    /// A layer with these observers.
    pub fn new(observers: Observers) -> Self {
        Self {
            inner: EventStreamLayer::empty().with_observers(observers),
        }
    }
}

impl<S> Layer<S> for ObserveLayer {
    type Service = EventStreamService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        self.inner.layer(inner)
    }
}
