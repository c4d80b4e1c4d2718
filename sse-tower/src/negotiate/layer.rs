//! The layer that answers 406.

use tower_layer::Layer;

use super::service::Negotiate;

/// Answers 406 where a client does not accept event streams. See the
/// [module](crate::negotiate).
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct NegotiateLayer {
    before_the_call: bool,
}

impl NegotiateLayer {
    /// Judges the response: an event stream becomes a 406, everything else passes.
    pub const fn new() -> Self {
        Self {
            before_the_call: false,
        }
    }

    /// Judges the request alone: the service is not called. For routes that answer with event
    /// streams only.
    pub const fn before_the_call(mut self) -> Self {
        self.before_the_call = true;
        self
    }
}

impl<S> Layer<S> for NegotiateLayer {
    type Service = Negotiate<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Negotiate::new(inner, self.before_the_call)
    }
}
