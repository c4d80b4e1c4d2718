//! What a recorder sees.

use core::{fmt::Write, time::Duration};
use std::collections::BTreeMap;

use metrics_util::{
    MetricKind,
    debugging::{DebugValue, DebuggingRecorder, Snapshotter},
};
use sse_codec::Event;
use sse_session::{
    Channel,
    hub::{Hub, HubBuilder, Published, Subscriber},
    observe::{HubMetrics, Observers},
    store::SessionStore,
};
use tokio::time::{sleep, timeout};

/// What has moved since somebody looked last.
pub(crate) struct Figures {
    snapshotter: Snapshotter,
    gauges: BTreeMap<String, f64>,
}

/// A metric as it was registered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Registered {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) labels: Vec<(String, String)>,
}

impl Figures {
    pub(crate) fn new() -> (Self, Observers) {
        Self::of(&HubMetrics::new())
    }

    pub(crate) fn of(metrics: &HubMetrics) -> (Self, Observers) {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let observers =
            metrics::with_local_recorder(&recorder, || Observers::new().with_metrics(metrics));
        let gauges = BTreeMap::new();
        let figures = Self {
            snapshotter,
            gauges,
        };
        (figures, observers)
    }

    /// `name{label=value} number`, of counters how much they grew, of gauges what they are, of
    /// histograms what was recorded. Without the prefix.
    pub(crate) fn moved(&mut self) -> Vec<String> {
        let mut moved = Vec::new();
        for (key, _, _, value) in self.snapshotter.snapshot().into_vec() {
            let mut text = key.key().name().trim_start_matches("sse_").to_owned();
            let labels = key.key().labels();
            let labels: Vec<_> = labels
                .map(|label| format!("{}={}", label.key(), label.value()))
                .collect();
            if !labels.is_empty() {
                write!(text, "{{{}}}", labels.join(",")).unwrap();
            }
            match value {
                DebugValue::Counter(0) => continue,
                DebugValue::Counter(count) => write!(text, " {count}"),
                // A snapshot sets it to zero.
                DebugValue::Gauge(change) if change == 0.0 => continue,
                DebugValue::Gauge(change) => {
                    let gauge = self.gauges.entry(text.clone()).or_default();
                    *gauge += *change;
                    write!(text, " {gauge}")
                }
                DebugValue::Histogram(values) if values.is_empty() => continue,
                DebugValue::Histogram(values) => {
                    let values: Vec<f64> = values.iter().map(|value| **value).collect();
                    write!(text, " {values:?}")
                }
            }
            .unwrap();
            moved.push(text);
        }
        moved.sort();
        moved
    }

    /// What has moved of metrics whose names begin so.
    pub(crate) fn moved_of(&mut self, names: &[&str]) -> Vec<String> {
        let mut moved = self.moved();
        moved.retain(|line| names.iter().any(|name| line.starts_with(name)));
        moved
    }

    /// The gauges that are not 0.
    pub(crate) fn standing(&mut self) -> Vec<String> {
        self.moved();
        let standing = self.gauges.iter().filter(|(_, gauge)| **gauge != 0.0);
        standing
            .map(|(name, gauge)| format!("{name} {gauge}"))
            .collect()
    }

    pub(crate) fn registered(&self) -> Vec<Registered> {
        let all = self.snapshotter.snapshot().into_vec();
        let all = all.into_iter().map(|(key, unit, description, _)| {
            assert!(description.is_some_and(|text| !text.is_empty()));
            let labels = key.key().labels();
            Registered {
                name: key.key().name().to_owned(),
                kind: match key.kind() {
                    MetricKind::Counter => "counter",
                    MetricKind::Gauge => "gauge",
                    MetricKind::Histogram => "histogram",
                },
                unit: unit.unwrap().as_str(),
                labels: labels
                    .map(|label| (label.key().to_owned(), label.value().to_owned()))
                    .collect(),
            }
        });
        all.collect()
    }
}

pub(crate) fn channel(name: &str) -> Channel {
    Channel::try_from(name).unwrap()
}

pub(crate) fn hub(store: impl SessionStore, observers: &Observers) -> Hub {
    hub_with(store, observers, |builder| builder)
}

pub(crate) fn hub_with(
    store: impl SessionStore,
    observers: &Observers,
    set_up: impl FnOnce(HubBuilder) -> HubBuilder,
) -> Hub {
    let builder = Hub::builder(store).with_observers(observers.clone());
    set_up(builder).build().unwrap()
}

pub(crate) async fn publish(hub: &Hub, name: &str, data: &str) -> Published {
    hub.publish(&channel(name), Event::builder(data))
        .await
        .unwrap()
}

/// Takes what is ready: so many batches.
pub(crate) async fn read(stream: &mut Subscriber) -> usize {
    let mut batches = 0;
    while let Ok(Some(_)) = timeout(Duration::from_millis(1), stream.next_batch()).await {
        batches += 1;
    }
    batches
}

/// Lets time pass: it is paused, so that it takes none.
pub(crate) async fn pass(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}
