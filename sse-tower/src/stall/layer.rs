//! The layer that shows the connection to what serves its requests.

use tower_layer::Layer;

use super::{ConnectionHandle, service::InsertConnectionHandle};

/// Puts the [`ConnectionHandle`] of a connection into the extensions of its requests: made once
/// for each connection, around what serves it. See the [module](crate::stall).
#[derive(Debug, Clone)]
#[must_use]
pub struct ConnectionHandleLayer {
    handle: ConnectionHandle,
}

impl ConnectionHandleLayer {
    /// A layer for the connection of this handle.
    pub const fn new(handle: ConnectionHandle) -> Self {
        Self { handle }
    }
}

impl<S> Layer<S> for ConnectionHandleLayer {
    type Service = InsertConnectionHandle<S>;

    fn layer(&self, inner: S) -> Self::Service {
        InsertConnectionHandle::new(inner, self.handle.clone())
    }
}
