//! Who watches a stream.

use core::time::Duration;

use super::CloseReason;

/// What happens on a stream, told as it happens.
///
/// The methods are called from the stream's body, or by whoever closes it, on the hot path: they
/// must not block. [`opened`](Self::opened) and [`closed`](Self::closed) are called once each, so
/// what is opened and not closed is live.
pub trait StreamObserver: Send + Sync + 'static {
    /// A response is an event stream.
    fn opened(&self) {}

    /// The first event of the inner body went out, so long after the response.
    fn first_event(&self, after: Duration) {
        let _ = after;
    }

    /// A frame went out: so many events of the inner body end in it (comments, blocks without data
    /// and what layers add are none), and it has so many bytes, all of them counted.
    fn sent(&self, events: usize, bytes: usize) {
        let _ = (events, bytes);
    }

    /// A sign of life went out, besides the call of [`sent`](Self::sent) for its bytes.
    fn kept_alive(&self) {}

    /// The stream was closed, so long after it was opened. No other call follows, but for a frame that
    /// goes out on another thread in this very moment if it was closed from outside.
    fn closed(&self, reason: CloseReason, lasted: Duration) {
        let _ = (reason, lasted);
    }
}
