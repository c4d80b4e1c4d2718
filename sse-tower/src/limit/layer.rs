//! The layer that limits streams.

use std::sync::Arc;

use tower_layer::Layer;

use super::{
    KeyExtractor, StoreFailure, StreamLimitGate, StreamPermits, StreamRate,
    gate::Settings,
    rate_limiter::{KeyedRate, TotalRate},
};
use crate::{gate::Gated, refusal::Refusal, request::StreamRequests};

/// Limits how many event streams there are at once, and how many new ones in a time. See the
/// [module](crate::limit).
///
/// Clones, and all services that it is put around, share the limits.
#[derive(Debug, Clone)]
#[must_use]
pub struct StreamLimitLayer {
    gate: StreamLimitGate,
}

impl StreamLimitLayer {
    /// Asks these permits, such as [`LocalPermits`](super::LocalPermits), for each stream.
    pub fn new(permits: Arc<dyn StreamPermits>) -> Self {
        let gate = StreamLimitGate::new(permits);
        Self { gate }
    }

    /// Sets whose streams are counted together. Nobody's by default: only the limits in total count.
    pub fn with_key(self, key: impl KeyExtractor) -> Self {
        self.with(|settings| settings.key = Some(Arc::new(key)))
    }

    /// Sets how many new streams there may be in a time, all together. Any number by default.
    pub fn with_rate(self, rate: StreamRate) -> Self {
        self.with(|settings| settings.rate = Some(Arc::new(TotalRate::new(rate))))
    }

    /// Sets how many new streams of one key there may be in a time. Any number by default.
    ///
    /// What it keeps is at most twice as many keys as had new streams within the time that a burst
    /// takes to come back (not fewer than 1,024), and never more than 65,536 keys or some 2 MB: if
    /// more than half as many come within that time, all begin anew.
    pub fn with_rate_per_key(self, rate: StreamRate) -> Self {
        self.with(|settings| settings.rate_per_key = Some(Arc::new(KeyedRate::new(rate))))
    }

    /// Sets which requests ask for a stream. What answers others with one is admitted or refused when
    /// its response is there.
    pub fn with_requests(self, requests: StreamRequests) -> Self {
        self.with(|settings| settings.requests = requests)
    }

    /// Sets what is answered when all streams are open: by default 503, or a stream that ends, with
    /// 10 to 15 seconds.
    pub fn with_total_refusal(self, refusal: Refusal) -> Self {
        self.with(|settings| settings.total_refusal = refusal)
    }

    /// Sets what is answered when a key has all its streams: by default 429, or a stream that ends,
    /// with 30 to 45 seconds.
    pub fn with_key_refusal(self, refusal: Refusal) -> Self {
        self.with(|settings| settings.key_refusal = refusal)
    }

    /// Sets what is answered when streams are opened too fast: by default 429, or a stream that ends.
    /// The time to come back is always the one after which there may be a stream (not less than a
    /// second, and up to 50 % more), whatever the refusal says.
    pub fn with_rate_refusal(self, refusal: Refusal) -> Self {
        self.with(|settings| settings.rate_refusal = refusal)
    }

    /// Sets what happens while the permits are [unavailable](super::PermitError::Unavailable): by
    /// default 503, or a stream that ends, with 5 to 7.5 seconds.
    pub fn with_store_failure(self, failure: StoreFailure) -> Self {
        self.with(|settings| settings.store_failure = failure)
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.gate.settings));
        self
    }
}

impl<S> Layer<S> for StreamLimitLayer {
    type Service = Gated<S, StreamLimitGate>;

    fn layer(&self, inner: S) -> Self::Service {
        Gated::new(inner, self.gate.clone())
    }
}
