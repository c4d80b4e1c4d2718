//! The layer against buffering.

use tower_layer::Layer;

use super::AntiBuffering;
use crate::response::{EventStreamLayer, EventStreamService};

/// Makes proxies pass events on at once. See the [module](crate::anti_buffering).
#[derive(Debug, Clone)]
#[must_use]
pub struct AntiBufferingLayer {
    inner: EventStreamLayer,
}

impl AntiBufferingLayer {
    /// A layer with these settings.
    pub fn new(settings: AntiBuffering) -> Self {
        Self {
            inner: EventStreamLayer::empty().with_anti_buffering(settings),
        }
    }
}

impl Default for AntiBufferingLayer {
    /// The headers, without padding.
    fn default() -> Self {
        Self::new(AntiBuffering::new())
    }
}

impl<S> Layer<S> for AntiBufferingLayer {
    type Service = EventStreamService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        self.inner.layer(inner)
    }
}
