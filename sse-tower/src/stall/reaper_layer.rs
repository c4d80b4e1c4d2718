//! The layer whose streams a reaper ends.

use core::future::{Ready, ready};

use http::{HeaderMap, request::Parts};
use tower_layer::Layer;

use super::{ConnectionHandle, StallReaper};
use crate::{
    gate::{Arrival, Gate, Gated, sealed::Sealed},
    refusal::Refusal,
    stream::StreamHandle,
};

/// Makes a [`StallReaper`] know of event streams. Made by [`StallReaper::layer`].
#[derive(Debug, Clone)]
#[must_use]
pub struct StallReaperLayer {
    gate: StallReaperGate,
}

impl StallReaperLayer {
    pub(super) const fn new(reaper: StallReaper) -> Self {
        Self {
            gate: StallReaperGate { reaper },
        }
    }
}

impl<S> Layer<S> for StallReaperLayer {
    type Service = Gated<S, StallReaperGate>;

    fn layer(&self, inner: S) -> Self::Service {
        Gated::new(inner, self.gate.clone())
    }
}

/// The gate of [`StallReaperLayer`]: everybody may pass.
#[derive(Debug, Clone)]
pub struct StallReaperGate {
    reaper: StallReaper,
}

impl Sealed for StallReaperGate {}

impl Gate for StallReaperGate {
    type Visitor = Option<ConnectionHandle>;
    type Pass = (StallReaper, Option<ConnectionHandle>);
    type Admission = Ready<Result<Self::Pass, Refusal>>;

    fn arrive(&self, head: &mut Parts) -> Arrival<Self::Visitor> {
        Arrival::AdmitStream(head.extensions.get().cloned())
    }

    fn admit(&self, connection: Self::Visitor) -> Self::Admission {
        ready(Ok((self.reaper.clone(), connection)))
    }

    fn leave((reaper, connection): Self::Pass, _: &mut HeaderMap, stream: Option<&StreamHandle>) {
        if let Some(stream) = stream {
            reaper.add(stream, connection);
        }
    }
}
