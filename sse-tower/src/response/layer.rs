//! The layer: which of the additions to make.

use std::sync::Arc;

use tower_layer::Layer;

use super::{additions::Settings, service::EventStreamService};
use crate::{anti_buffering::AntiBuffering, keep_alive::KeepAlive, retry::Retry};

/// What production needs of event streams, as one wrapper. See the [module](crate::response).
#[derive(Debug, Clone)]
#[must_use]
pub struct EventStreamLayer {
    settings: Arc<Settings>,
}

impl EventStreamLayer {
    /// Keep-alive, retry and the headers against buffering, each with its defaults.
    pub fn recommended() -> Self {
        Self::empty()
            .with_keep_alive(KeepAlive::default())
            .with_retry(Retry::default())
            .with_anti_buffering(AntiBuffering::new())
    }

    /// Nothing, to start from.
    pub fn empty() -> Self {
        Self {
            settings: Arc::default(),
        }
    }

    /// Sets what is sent when a stream is idle.
    pub fn with_keep_alive(self, keep_alive: KeepAlive) -> Self {
        self.set(|settings| settings.keep_alive = Some(keep_alive))
    }

    /// Sends nothing when a stream is idle.
    pub fn without_keep_alive(self) -> Self {
        self.set(|settings| settings.keep_alive = None)
    }

    /// Sets the reconnection time that is told first.
    pub fn with_retry(self, retry: Retry) -> Self {
        self.set(|settings| settings.retry = Some(retry))
    }

    /// Tells no reconnection time.
    pub fn without_retry(self) -> Self {
        self.set(|settings| settings.retry = None)
    }

    /// Sets what is done against buffering.
    pub fn with_anti_buffering(self, anti_buffering: AntiBuffering) -> Self {
        self.set(|settings| settings.anti_buffering = Some(anti_buffering))
    }

    /// Does nothing against buffering.
    pub fn without_anti_buffering(self) -> Self {
        self.set(|settings| settings.anti_buffering = None)
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.settings));
        self
    }
}

impl<S> Layer<S> for EventStreamLayer {
    type Service = EventStreamService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        EventStreamService::new(inner, Arc::clone(&self.settings))
    }
}
