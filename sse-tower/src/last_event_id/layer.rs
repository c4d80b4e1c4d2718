//! The layer that finds the last event ID.

use std::sync::Arc;

use tower_layer::Layer;

use super::{service::ExtractLastEventId, source::Source};

/// Puts the last event ID into the extensions of requests. See the
/// [module](crate::last_event_id).
#[derive(Debug, Clone)]
#[must_use]
pub struct LastEventIdLayer {
    source: Arc<Source>,
}

impl LastEventIdLayer {
    /// From the header, else from one of the query parameters `lastEventId` and `last_event_id`;
    /// up to 4 KiB.
    pub fn new() -> Self {
        Self {
            source: Arc::default(),
        }
    }

    /// Sets the names of the query parameters; the first that is there counts. None: only the
    /// header.
    pub fn with_query_parameters<N: Into<Box<str>>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        Arc::make_mut(&mut self.source).query_parameters = names;
        self
    }

    /// Sets how long an id may be, in bytes.
    pub fn with_max_bytes(mut self, bytes: usize) -> Self {
        Arc::make_mut(&mut self.source).max_bytes = bytes;
        self
    }
}

impl Default for LastEventIdLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for LastEventIdLayer {
    type Service = ExtractLastEventId<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ExtractLastEventId::new(inner, Arc::clone(&self.source))
    }
}
