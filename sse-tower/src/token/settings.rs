//! The settings of the layer.

use core::fmt;
use std::sync::Arc;

use http::{Method, request::Parts};

use super::{TokenValidator, refusals::Refusals, source::Sources};
use crate::{request::StreamRequests, stream::Farewell};

/// The settings of the layer.
#[derive(Clone)]
pub(super) struct Settings<I> {
    pub(super) validator: Arc<dyn TokenValidator<Identity = I>>,
    pub(super) sources: Sources,
    /// `None`: all.
    pub(super) requests: Option<StreamRequests>,
    pub(super) refusals: Refusals,
    pub(super) farewell: Farewell,
}

impl<I> Settings<I> {
    /// Whether this request is judged before the service is called; for `HEAD`, whether `GET` would be.
    pub(super) fn includes(&self, head: &mut Parts) -> bool {
        let Some(requests) = &self.requests else {
            return true;
        };
        let is_head = head.method == Method::HEAD;
        if is_head {
            head.method = Method::GET;
        }
        let included = requests.include(head);
        if is_head {
            head.method = Method::HEAD;
        }
        included
    }
}

impl<I> fmt::Debug for Settings<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("sources", &self.sources)
            .field("requests", &self.requests)
            .finish_non_exhaustive()
    }
}
