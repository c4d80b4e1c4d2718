//! A span for each stream.

use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use std::sync::Arc;

use tracing::{Level, Span, enabled, event, field::Empty, info_span};

use super::ObservedRequest;
use crate::stream::{CloseReason, StreamObserver};

/// How streams are told to `tracing`. Given to
/// [`Observers::with_tracing`](super::Observers::with_tracing).
///
/// Each stream has a span `event_stream`, a child of the span in which the service was called, as
/// that of tower-http's trace layer; the target of all is `sse_tower`.
///
/// | level | what | fields |
/// |---|---|---|
/// | `INFO` | the span | `method`, `path` without the query, and at the end `reason` |
/// | `DEBUG` | `stream opened` | |
/// | `DEBUG` | `first event` | `after_ms` |
/// | `TRACE` | `frame sent`, one for each frame | `events`, `bytes` |
/// | `TRACE` | `kept alive` | |
/// | `INFO`; `WARN` for the reasons `error` and `stalled` | `stream closed` | `reason`, `lasted_ms`, `events`, `bytes`, `keep_alives` |
///
/// Neither data nor ids, headers or queries are told. A path with a secret in it is not told
/// [`without_path`](Self::without_path). A stream for which not even `WARN` is enabled when it is
/// opened is not observed, and costs nothing.
///
/// ```
/// use sse_tower::observe::{Observers, StreamTracing};
///
/// let observers = Observers::new().with_tracing(StreamTracing::new());
/// # let _ = observers;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct StreamTracing {
    without_path: bool,
}

impl StreamTracing {
    /// As the table says.
    pub const fn new() -> Self {
        Self {
            without_path: false,
        }
    }

    /// Tells no path.
    pub const fn without_path(mut self) -> Self {
        self.without_path = true;
        self
    }

    /// The observer of one stream.
    pub(super) fn observer(&self, request: &ObservedRequest) -> Option<Arc<dyn StreamObserver>> {
        if !enabled!(target: "sse_tower", Level::WARN) {
            return None;
        }
        let span = info_span!(
            target: "sse_tower",
            "event_stream",
            method = %request.method(),
            path = Empty,
            reason = Empty,
        );
        if !self.without_path {
            span.record("path", request.path());
        }
        Some(Arc::new(TracingObserver {
            span,
            events: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            keep_alives: AtomicU64::new(0),
        }))
    }
}

/// Tells of one stream.
struct TracingObserver {
    span: Span,
    events: AtomicU64,
    bytes: AtomicU64,
    keep_alives: AtomicU64,
}

impl StreamObserver for TracingObserver {
    fn opened(&self) {
        event!(target: "sse_tower", parent: &self.span, Level::DEBUG, "stream opened");
    }

    fn first_event(&self, after: Duration) {
        let after_ms = milliseconds(after);
        event!(target: "sse_tower", parent: &self.span, Level::DEBUG, after_ms, "first event");
    }

    fn sent(&self, events: usize, bytes: usize) {
        self.events.fetch_add(events as u64, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        // Where nobody wants it this is one comparison of levels.
        event!(target: "sse_tower", parent: &self.span, Level::TRACE, events, bytes, "frame sent");
    }

    fn kept_alive(&self) {
        self.keep_alives.fetch_add(1, Ordering::Relaxed);
        event!(target: "sse_tower", parent: &self.span, Level::TRACE, "kept alive");
    }

    fn closed(&self, reason: CloseReason, lasted: Duration) {
        let failed = matches!(reason, CloseReason::Error | CloseReason::Stalled);
        let reason = reason.as_str();
        self.span.record("reason", reason);
        let lasted_ms = milliseconds(lasted);
        let events = self.events.load(Ordering::Relaxed);
        let bytes = self.bytes.load(Ordering::Relaxed);
        let keep_alives = self.keep_alives.load(Ordering::Relaxed);
        macro_rules! closed {
            ($level:expr) => {
                event!(
                    target: "sse_tower",
                    parent: &self.span,
                    $level,
                    reason,
                    lasted_ms,
                    events,
                    bytes,
                    keep_alives,
                    "stream closed"
                )
            };
        }
        // The level of an event is fixed where it stands.
        if failed {
            closed!(Level::WARN);
        } else {
            closed!(Level::INFO);
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
