//! Operations that wait at a gate.

use tokio::sync::watch;

use super::Operation;

/// A gate before one kind of operation: from when it was made until it is dropped, none passes.
#[derive(Debug)]
pub struct Held {
    arrivals: watch::Receiver<usize>,
    /// Whoever waits is let through when it is gone.
    _closed: watch::Sender<()>,
}

/// What the store knows of a gate.
#[derive(Debug)]
pub(super) struct Gate {
    operation: Operation,
    arrivals: watch::Sender<usize>,
    closed: watch::Receiver<()>,
}

impl Held {
    pub(super) fn new(operation: Operation) -> (Self, Gate) {
        let (arrived, arrivals) = watch::channel(0);
        let (close, closed) = watch::channel(());
        let held = Self {
            arrivals,
            _closed: close,
        };
        let gate = Gate {
            operation,
            arrivals: arrived,
            closed,
        };
        (held, gate)
    }

    /// Waits until so many operations have come to the gate since it was made, those that were dropped
    /// there included.
    pub async fn arrived(&mut self, operations: usize) {
        // The store may be gone, and then nothing comes any more.
        if self
            .arrivals
            .wait_for(|it| *it >= operations)
            .await
            .is_err()
        {
            core::future::pending().await
        }
    }
}

impl Gate {
    pub(super) fn is_for(&self, operation: Operation) -> bool {
        self.operation == operation
    }

    /// Whether it is not gone yet.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.has_changed().is_ok()
    }

    /// Arrives, and gives what ends when the gate is gone.
    pub(super) fn arrive(&self) -> watch::Receiver<()> {
        self.arrivals.send_modify(|arrivals| *arrivals += 1);
        self.closed.clone()
    }
}
