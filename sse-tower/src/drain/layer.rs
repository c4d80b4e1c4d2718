//! The layer whose streams a drain ends.

use tower_layer::Layer;

use super::{Drain, DrainGate};
use crate::{gate::Gated, refusal::Refusal, request::StreamRequests};

/// Counts event streams, ends them when the server drains, and refuses new ones then. See the
/// [module](crate::drain).
#[derive(Debug, Clone)]
#[must_use]
pub struct DrainLayer {
    gate: DrainGate,
}

impl DrainLayer {
    pub(super) fn new(drain: Drain) -> Self {
        Self {
            gate: DrainGate::new(drain),
        }
    }

    /// Sets which requests are refused before the service is called. Streams that it answers to
    /// others are refused after it.
    pub fn with_requests(mut self, requests: StreamRequests) -> Self {
        self.gate.requests = requests;
        self
    }

    /// Sets what is answered while the server drains, instead of a 503 or a stream that says when to
    /// come back.
    pub fn with_refusal(mut self, refusal: Refusal) -> Self {
        self.gate.refusal = refusal;
        self
    }
}

impl<S> Layer<S> for DrainLayer {
    type Service = Gated<S, DrainGate>;

    fn layer(&self, inner: S) -> Self::Service {
        Gated::new(inner, self.gate.clone())
    }
}
