//! What a drain does to requests.

use core::future::{Ready, ready};

use http::{HeaderMap, StatusCode, request::Parts};

use super::Drain;
use crate::{
    gate::{Arrival, Gate, sealed::Sealed},
    refusal::Refusal,
    request::StreamRequests,
    retry::Retry,
    stream::StreamHandle,
};

/// The gate of [`DrainLayer`](super::DrainLayer).
#[derive(Debug, Clone)]
pub struct DrainGate {
    drain: Drain,
    pub(super) requests: StreamRequests,
    pub(super) refusal: Refusal,
}

impl DrainGate {
    pub(super) fn new(drain: Drain) -> Self {
        Self {
            drain,
            requests: StreamRequests::accepting(),
            refusal: Refusal::new(StatusCode::SERVICE_UNAVAILABLE).with_retry(Retry::default()),
        }
    }
}

impl Sealed for DrainGate {}

impl Gate for DrainGate {
    type Visitor = ();
    type Pass = Drain;
    type Admission = Ready<Result<Drain, Refusal>>;

    fn arrive(&self, head: &mut Parts) -> Arrival<()> {
        if self.requests.include(head) {
            Arrival::Admit(())
        } else {
            Arrival::AdmitStream(())
        }
    }

    fn admit(&self, (): ()) -> Self::Admission {
        ready(if self.drain.has_begun() {
            Err(self.refusal.clone())
        } else {
            Ok(self.drain.clone())
        })
    }

    fn leave(drain: Drain, _: &mut HeaderMap, stream: Option<&StreamHandle>) {
        if let Some(stream) = stream {
            drain.add(stream);
        }
    }
}
