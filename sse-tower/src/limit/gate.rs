//! What the limits do to requests.

use core::{fmt, pin::Pin, time::Duration};
use std::sync::Arc;

use http::{HeaderMap, StatusCode, request::Parts};

use super::{
    KeyExtractor, PermitError, StoreFailure, StreamKey, StreamPermit, StreamPermits,
    admitted_by::AdmittedBy,
    rate_limiter::{KeyedRate, TotalRate},
};
use crate::{
    gate::{Arrival, Gate, sealed::Sealed},
    refusal::Refusal,
    request::StreamRequests,
    retry::Retry,
    stream::StreamHandle,
};

/// The gate of [`StreamLimitLayer`](super::StreamLimitLayer).
#[derive(Clone)]
pub struct StreamLimitGate {
    pub(super) settings: Arc<Settings>,
}

#[derive(Clone)]
pub(super) struct Settings {
    permits: Arc<dyn StreamPermits>,
    pub(super) requests: StreamRequests,
    pub(super) key: Option<Arc<dyn KeyExtractor>>,
    pub(super) rate: Option<Arc<TotalRate>>,
    pub(super) rate_per_key: Option<Arc<KeyedRate>>,
    pub(super) total_refusal: Refusal,
    pub(super) key_refusal: Refusal,
    pub(super) rate_refusal: Refusal,
    pub(super) store_failure: StoreFailure,
}

impl StreamLimitGate {
    pub(super) fn new(permits: Arc<dyn StreamPermits>) -> Self {
        let refusal = |status, seconds| {
            let retry = Retry::new(Duration::from_secs(seconds));
            Refusal::new(status).with_retry(retry)
        };
        let settings = Settings {
            permits,
            requests: StreamRequests::accepting(),
            key: None,
            rate: None,
            rate_per_key: None,
            total_refusal: refusal(StatusCode::SERVICE_UNAVAILABLE, 10),
            key_refusal: refusal(StatusCode::TOO_MANY_REQUESTS, 30),
            rate_refusal: Refusal::new(StatusCode::TOO_MANY_REQUESTS),
            store_failure: StoreFailure::Refuse(refusal(StatusCode::SERVICE_UNAVAILABLE, 5)),
        };
        Self {
            settings: Arc::new(settings),
        }
    }
}

impl Settings {
    async fn acquire(&self, key: Option<&StreamKey>) -> Result<Box<dyn StreamPermit>, PermitError> {
        // The key's own rate first: what one key does in vain takes nothing from the others.
        if let (Some(rate), Some(key)) = (&self.rate_per_key, key) {
            rate.check(key)?;
        }
        if let Some(rate) = &self.rate {
            rate.check()?;
        }
        self.permits.acquire(key).await
    }

    /// What is answered. `None`: the stream is let in.
    fn refusal(&self, error: &PermitError) -> Option<Refusal> {
        match error {
            PermitError::TotalReached { .. } => Some(self.total_refusal.clone()),
            PermitError::KeyReached { .. } => Some(self.key_refusal.clone()),
            PermitError::RateReached { wait } => {
                // An `EventSource` takes it for the time between all its connections from now on.
                let wait = (*wait).max(Duration::from_secs(1));
                Some(self.rate_refusal.clone().with_retry(Retry::new(wait)))
            }
            PermitError::Unavailable { .. } => match &self.store_failure {
                StoreFailure::Refuse(refusal) => Some(refusal.clone()),
                StoreFailure::Admit => None,
            },
        }
    }
}

/// Of a stream that was let in without being asked for.
struct NoPermit;

impl StreamPermit for NoPermit {
    fn attach(&self, _: &StreamHandle) {}
}

impl Sealed for StreamLimitGate {}

impl Gate for StreamLimitGate {
    type Visitor = Option<StreamKey>;
    type Pass = Box<dyn StreamPermit>;
    type Admission = Pin<Box<dyn Future<Output = Result<Box<dyn StreamPermit>, Refusal>> + Send>>;

    fn arrive(&self, head: &mut Parts) -> Arrival<Option<StreamKey>> {
        let Settings {
            permits,
            requests,
            key,
            ..
        } = &*self.settings;
        if !AdmittedBy::add(&mut head.extensions, permits) {
            return Arrival::Pass;
        }
        let key = key.as_ref().and_then(|key| key.key(head));
        if requests.include(head) {
            Arrival::Admit(key)
        } else {
            Arrival::AdmitStream(key)
        }
    }

    fn admit(&self, key: Option<StreamKey>) -> Self::Admission {
        let settings = Arc::clone(&self.settings);
        Box::pin(async move {
            let error = match settings.acquire(key.as_ref()).await {
                Ok(permit) => return Ok(permit),
                Err(error) => error,
            };
            match settings.refusal(&error) {
                Some(refusal) => Err(refusal),
                None => {
                    let permit: Box<dyn StreamPermit> = Box::new(NoPermit);
                    Ok(permit)
                }
            }
        })
    }

    fn leave(permit: Box<dyn StreamPermit>, _: &mut HeaderMap, stream: Option<&StreamHandle>) {
        if let Some(stream) = stream {
            permit.attach(stream);
            stream.hold(permit);
        }
    }
}

impl fmt::Debug for StreamLimitGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamLimitGate")
            .field("permits", &self.settings.permits)
            .field("requests", &self.settings.requests)
            .finish_non_exhaustive()
    }
}
