//! What a recorder sees.

use core::sync::atomic::{AtomicU64, Ordering};
use std::{collections::BTreeMap, sync::Arc};

use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    with_local_recorder,
};
use parking_lot::Mutex;

use super::{AnyService, Step, get, read, scripted, wearing};
use crate::{
    EventStreamLayer, Jitter, KeepAlive, ObserveLayer,
    observe::{Observers, StreamMetrics},
    stream::CloseReason,
};

/// Keeps all it is given.
#[derive(Default)]
struct Kept {
    counters: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
    gauges: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
    histograms: Mutex<BTreeMap<String, Arc<Values>>>,
    described: Mutex<BTreeMap<String, &'static str>>,
}

#[derive(Default)]
struct Values(Mutex<Vec<f64>>);

impl HistogramFn for Values {
    fn record(&self, value: f64) {
        self.0.lock().push(value);
    }
}

/// As Prometheus writes it.
fn text(key: &Key) -> String {
    let labels = key.labels();
    let labels: Vec<_> = labels
        .map(|label| format!("{}={}", label.key(), label.value()))
        .collect();
    format!("{}{{{}}}", key.name(), labels.join(","))
}

impl Kept {
    fn describe(&self, key: &KeyName, unit: Option<Unit>) {
        let unit = unit.map_or("", |unit| unit.as_str());
        self.described.lock().insert(key.as_str().to_owned(), unit);
    }

    fn counter(&self, key: &str) -> u64 {
        let counters = self.counters.lock();
        let counter = counters.get(key);
        counter
            .unwrap_or_else(|| panic!("no {key} in {:?}", counters.keys()))
            .load(Ordering::Relaxed)
    }

    fn gauge(&self, key: &str) -> f64 {
        f64::from_bits(self.gauges.lock()[key].load(Ordering::Relaxed))
    }

    fn histogram(&self, key: &str) -> Vec<f64> {
        self.histograms.lock()[key].0.lock().clone()
    }
}

impl Recorder for Kept {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&key, unit);
    }
    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&key, unit);
    }
    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&key, unit);
    }
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let mut counters = self.counters.lock();
        Counter::from_arc(counters.entry(text(key)).or_default().clone())
    }
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.gauges.lock().entry(text(key)).or_default().clone())
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let mut histograms = self.histograms.lock();
        Histogram::from_arc(histograms.entry(text(key)).or_default().clone())
    }
}

const STREAM: &[Step] = &[
    (2, Ok(": no event\n\n")),
    (1, Ok("data: a\n\ndata: b\n\n")),
    (17, Ok("data: c\n\n")),
];

fn observed(recorder: &Kept, metrics: &StreamMetrics) -> AnyService {
    let keep_alive = KeepAlive::default().with_jitter(Jitter::NONE);
    let keeper = EventStreamLayer::empty().with_keep_alive(keep_alive);
    let layer = with_local_recorder(recorder, || {
        ObserveLayer::new(Observers::new().with_metrics(metrics))
    });
    wearing(layer, wearing(keeper, scripted(STREAM)))
}

#[tokio::test(start_paused = true)]
async fn a_recorder_sees_what_happens_on_streams() {
    let recorder = Kept::default();
    let service = observed(&recorder, &StreamMetrics::new());
    let open = get(&service).await;
    drop(get(&service).await);
    assert_eq!(recorder.gauge("sse_streams_live{}"), 1.0);
    read(open).await;

    assert_eq!(recorder.gauge("sse_streams_live{}"), 0.0);
    assert_eq!(recorder.counter("sse_streams_opened_total{}"), 2);
    for reason in CloseReason::EACH {
        let key = format!("sse_streams_closed_total{{reason={reason}}}");
        let closed = [CloseReason::Complete, CloseReason::ClientGone].contains(&reason);
        assert_eq!(recorder.counter(&key), u64::from(closed), "{reason}");
    }
    assert_eq!(
        recorder.histogram("sse_stream_first_event_seconds{}"),
        [3.0]
    );
    assert_eq!(
        recorder.histogram("sse_stream_duration_seconds{}"),
        [0.0, 20.0]
    );
    assert_eq!(recorder.counter("sse_events_total{}"), 3);
    assert_eq!(recorder.counter("sse_sent_bytes_total{}"), 12 + 18 + 3 + 9);
    assert_eq!(recorder.counter("sse_keep_alives_total{}"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_prefix_and_the_labels_are_on_all_of_them() {
    let recorder = Kept::default();
    let metrics = StreamMetrics::new()
        .with_prefix("prices")
        .with_label("route", "/prices");
    read(get(&observed(&recorder, &metrics)).await).await;
    let names: Vec<String> = [
        recorder.counters.lock().keys().cloned().collect::<Vec<_>>(),
        recorder.gauges.lock().keys().cloned().collect(),
        recorder.histograms.lock().keys().cloned().collect(),
    ]
    .concat();
    assert_eq!(names.len(), 4 + CloseReason::EACH.len() + 1 + 2);
    for name in names {
        assert!(
            name.starts_with("prices_") && name.contains("{route=/prices"),
            "{name}"
        );
    }
    let key = "prices_streams_closed_total{route=/prices,reason=complete}";
    assert_eq!(recorder.counter(key), 1);
}

/// What is registered, what is described, and the table of the documentation.
#[test]
fn what_is_registered_is_described_with_a_unit_and_stands_in_the_table() {
    let recorder = Kept::default();
    let _ = with_local_recorder(&recorder, || StreamMetrics::new().register());
    let described = recorder.described.lock().clone();
    let table: Vec<&str> = include_str!("../metrics.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("/// | `")?.split('`').next())
        .collect();
    let mut documented = table.clone();
    documented.sort_unstable();
    assert_eq!(
        described.keys().map(String::as_str).collect::<Vec<_>>(),
        documented
    );
    assert_eq!(table.len(), 8);
    assert_eq!(described["sse_stream_duration_seconds"], "seconds");
    assert_eq!(described["sse_sent_bytes_total"], "bytes");
    let registered = recorder.counters.lock().len()
        + recorder.gauges.lock().len()
        + recorder.histograms.lock().len();
    assert_eq!(registered, table.len() - 1 + CloseReason::EACH.len());
}

#[tokio::test(start_paused = true)]
async fn without_a_recorder_nothing_happens() {
    let layer = ObserveLayer::new(Observers::new().with_metrics(&StreamMetrics::default()));
    read(get(&wearing(layer, scripted(STREAM))).await).await;
}
