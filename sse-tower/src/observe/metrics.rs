//! Counters for the recorder of the `metrics` facade.

use core::{fmt, time::Duration};

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Recorder, SharedString, Unit,
    with_recorder,
};

use crate::stream::{CloseReason, StreamObserver};

/// How streams are counted for the recorder of the `metrics` facade (Prometheus and others). Given
/// to [`Observers::with_metrics`](super::Observers::with_metrics).
///
/// | name | kind | unit | |
/// |---|---|---|---|
/// | `sse_streams_live` | gauge | | open streams: opened minus closed |
/// | `sse_streams_opened_total` | counter | | |
/// | `sse_streams_closed_total` | counter | | with a label `reason`: [`CloseReason::as_str`] |
/// | `sse_stream_first_event_seconds` | histogram | s | from the response to the first event |
/// | `sse_stream_duration_seconds` | histogram | s | of streams that were closed |
/// | `sse_events_total` | counter | | events of the inner bodies that went out |
/// | `sse_sent_bytes_total` | counter | bytes | of streams, all that went out |
/// | `sse_keep_alives_total` | counter | | signs of life that went out |
///
/// The metrics are registered and described when they are added, all with zero, those of each
/// reason too: a frame looks nothing up. A recorder reads them one after another, so that in what
/// it shows of a busy server the three kinds of stream counts may be a moment apart.
///
/// As Prometheus shows them:
///
/// ```text
/// # HELP sse_streams_live Open event streams
/// # TYPE sse_streams_live gauge
/// sse_streams_live 412
/// # HELP sse_streams_closed_total Event streams closed, by reason
/// # TYPE sse_streams_closed_total counter
/// sse_streams_closed_total{reason="client_gone"} 10233
/// sse_streams_closed_total{reason="lifetime"} 80211
/// sse_streams_closed_total{reason="stalled"} 3
/// ```
///
/// ```
/// use sse_tower::observe::{Observers, StreamMetrics};
///
/// // First of all install a recorder.
/// let metrics = StreamMetrics::new().with_prefix("prices").with_label("route", "/prices");
/// let observers = Observers::new().with_metrics(&metrics);
/// # let _ = observers;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct StreamMetrics {
    prefix: String,
    labels: Vec<Label>,
}

const METADATA: Metadata<'static> =
    Metadata::new("sse_tower", Level::INFO, Some("sse_tower::observe"));

impl StreamMetrics {
    /// With the prefix `sse` and no labels.
    pub fn new() -> Self {
        Self {
            prefix: "sse".to_owned(),
            labels: Vec::new(),
        }
    }

    /// Sets what the names begin with, without the underscore behind it. It should be of letters,
    /// digits and underscores, as Prometheus wants it; nothing checks it.
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Adds a label to all of them, to tell layers of one server apart.
    pub fn with_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push(Label::new(name.into(), value.into()));
        self
    }

    /// The observer, with handles of the recorder that is there now.
    pub(super) fn register(&self) -> MetricsObserver {
        with_recorder(|recorder| {
            let registrar = Registrar {
                recorder,
                metrics: self,
            };
            registrar.observer()
        })
    }
}

impl Default for StreamMetrics {
    fn default() -> Self {
        Self::new()
    }
}

/// Registers and describes.
struct Registrar<'a> {
    recorder: &'a dyn Recorder,
    metrics: &'a StreamMetrics,
}

impl Registrar<'_> {
    fn observer(&self) -> MetricsObserver {
        MetricsObserver {
            opened: self.counter("streams_opened_total", Unit::Count, "Event streams opened"),
            live: self.gauge("streams_live", "Open event streams"),
            closed: self.closed("streams_closed_total", "Event streams closed, by reason"),
            first_event: self.seconds(
                "stream_first_event_seconds",
                "Time from the response to the first event",
            ),
            duration: self.seconds(
                "stream_duration_seconds",
                "Duration of closed event streams",
            ),
            events: self.counter("events_total", Unit::Count, "Events sent"),
            bytes: self.counter(
                "sent_bytes_total",
                Unit::Bytes,
                "Bytes sent on event streams",
            ),
            keep_alives: self.counter("keep_alives_total", Unit::Count, "Keep-alives sent"),
        }
    }

    fn name(&self, name: &str) -> String {
        format!("{}_{name}", self.metrics.prefix)
    }

    fn key(&self, name: &str) -> Key {
        Key::from_parts(self.name(name), self.metrics.labels.clone())
    }

    fn counter(&self, name: &str, unit: Unit, description: &'static str) -> Counter {
        let described = KeyName::from(self.name(name));
        self.recorder
            .describe_counter(described, Some(unit), SharedString::const_str(description));
        self.recorder.register_counter(&self.key(name), &METADATA)
    }

    fn closed(&self, name: &str, description: &'static str) -> [Counter; CloseReason::EACH.len()] {
        let described = KeyName::from(self.name(name));
        let text = SharedString::const_str(description);
        self.recorder
            .describe_counter(described, Some(Unit::Count), text);
        CloseReason::EACH.map(|reason| {
            let label = Label::from_static_parts("reason", reason.as_str());
            let key = self.key(name).with_extra_labels(vec![label]);
            self.recorder.register_counter(&key, &METADATA)
        })
    }

    fn gauge(&self, name: &str, description: &'static str) -> Gauge {
        let described = KeyName::from(self.name(name));
        let text = SharedString::const_str(description);
        self.recorder
            .describe_gauge(described, Some(Unit::Count), text);
        self.recorder.register_gauge(&self.key(name), &METADATA)
    }

    fn seconds(&self, name: &str, description: &'static str) -> Histogram {
        let described = KeyName::from(self.name(name));
        let text = SharedString::const_str(description);
        self.recorder
            .describe_histogram(described, Some(Unit::Seconds), text);
        self.recorder.register_histogram(&self.key(name), &METADATA)
    }
}

/// Counts by handles.
pub(super) struct MetricsObserver {
    opened: Counter,
    live: Gauge,
    closed: [Counter; CloseReason::EACH.len()],
    first_event: Histogram,
    duration: Histogram,
    events: Counter,
    bytes: Counter,
    keep_alives: Counter,
}

impl StreamObserver for MetricsObserver {
    fn opened(&self) {
        self.opened.increment(1);
        self.live.increment(1.0);
    }

    fn first_event(&self, after: Duration) {
        self.first_event.record(after);
    }

    fn sent(&self, events: usize, bytes: usize) {
        if events > 0 {
            self.events.increment(events as u64);
        }
        self.bytes.increment(bytes as u64);
    }

    fn kept_alive(&self) {
        self.keep_alives.increment(1);
    }

    fn closed(&self, reason: CloseReason, lasted: Duration) {
        if let Some(closed) = self.closed.get(reason as usize) {
            closed.increment(1);
        }
        self.live.decrement(1.0);
        self.duration.record(lasted);
    }
}

impl fmt::Debug for MetricsObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsObserver").finish_non_exhaustive()
    }
}
