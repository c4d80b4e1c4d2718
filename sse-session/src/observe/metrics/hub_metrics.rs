//! What is counted, and under which names.

use metrics::{Label, with_recorder};

use super::{metrics_observer::MetricsObserver, registrar::Registrar};

/// How a hub and what is built over it are counted for the recorder of the `metrics` facade
/// (Prometheus and others). Given to [`Observers::with_metrics`](crate::observe::Observers::with_metrics).
/// The names are in the [manual](crate::observe#metrics).
///
/// ```
/// use sse_session::observe::{HubMetrics, Observers};
///
/// // First of all install a recorder.
/// let metrics = HubMetrics::new()
///     .with_label("region", "north")
///     .with_channel_prefix("orders/")
///     .with_channel_prefix("chat/");
/// let observers = Observers::new().with_metrics(&metrics);
/// # let _ = observers;
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct HubMetrics {
    pub(super) prefix: String,
    pub(super) labels: Vec<Label>,
    pub(super) channel_prefixes: Vec<String>,
}

impl HubMetrics {
    /// With the prefix `sse`, no labels, and all channels in one.
    pub fn new() -> Self {
        Self {
            prefix: "sse".to_owned(),
            labels: Vec::new(),
            channel_prefixes: Vec::new(),
        }
    }

    /// Sets what the names begin with, without the underscore behind it. It should be of letters,
    /// digits and underscores, as Prometheus wants it; nothing checks it.
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Adds a label to all of them, to tell hubs of one server apart.
    pub fn with_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push(Label::new(name.into(), value.into()));
        self
    }

    /// Tells apart the channels whose names begin so. What is counted of channels has a label `channel`
    /// then, with the first of these prefixes that fits, or `other`; never more of a name. An event
    /// costs a look at each, so let them be few.
    pub fn with_channel_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.channel_prefixes.push(prefix.into());
        self
    }

    /// The observer, with handles of the recorder that is there now.
    pub(in crate::observe) fn register(&self) -> MetricsObserver {
        with_recorder(|recorder| MetricsObserver::new(&Registrar::new(recorder, self)))
    }
}

impl Default for HubMetrics {
    fn default() -> Self {
        Self::new()
    }
}
