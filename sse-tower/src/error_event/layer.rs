//! The layer that tells of failures.

use tower_layer::Layer;

use super::ErrorEvent;
use crate::response::{EventStreamLayer, EventStreamService};

/// Makes a failure of the inner body a last event. See the [module](crate::error_event).
#[derive(Debug, Clone)]
#[must_use]
pub struct ErrorEventLayer {
    inner: EventStreamLayer,
}

impl ErrorEventLayer {
    /// A layer that sends this.
    pub fn new(error_event: ErrorEvent) -> Self {
        Self {
            inner: EventStreamLayer::empty().with_error_event(error_event),
        }
    }
}

impl Default for ErrorEventLayer {
    /// An event `error` that says only that the stream failed.
    fn default() -> Self {
        Self::new(ErrorEvent::default())
    }
}

impl<S> Layer<S> for ErrorEventLayer {
    type Service = EventStreamService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        self.inner.layer(inner)
    }
}
