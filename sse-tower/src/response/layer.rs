//! The layer: which of the additions to make.

use std::sync::Arc;

use tower_layer::Layer;

use super::{additions::Settings, service::EventStreamService};
use crate::{
    anti_buffering::AntiBuffering, error_event::ErrorEvent, keep_alive::KeepAlive,
    lifetime::Lifetime, observe::Observers, retry::Retry,
};

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

    /// Sets how long a stream lasts.
    pub fn with_lifetime(self, lifetime: Lifetime) -> Self {
        self.set(|settings| settings.lifetime = Some(lifetime))
    }

    /// Lets streams last as long as they will.
    pub fn without_lifetime(self) -> Self {
        self.set(|settings| settings.lifetime = None)
    }

    /// Sets what is sent when the inner body fails.
    pub fn with_error_event(self, error_event: ErrorEvent) -> Self {
        self.set(|settings| settings.error_event = Some(error_event))
    }

    /// Passes errors of the inner body on.
    pub fn without_error_event(self) -> Self {
        self.set(|settings| settings.error_event = None)
    }

    /// Sets who is told what happens on streams.
    pub fn with_observers(self, observers: Observers) -> Self {
        self.set(|settings| settings.observers = observers)
    }

    /// Tells nobody.
    pub fn without_observers(self) -> Self {
        self.with_observers(Observers::new())
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
