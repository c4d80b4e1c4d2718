//! Registering and describing.

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Label, Level, Metadata, Recorder, SharedString, Unit,
};

use super::hub_metrics::HubMetrics;

const METADATA: Metadata<'static> =
    Metadata::new("sse_session", Level::INFO, Some("sse_session::observe"));

/// Registers and describes.
pub(super) struct Registrar<'a> {
    recorder: &'a dyn Recorder,
    prefix: &'a str,
    pub(super) channel_prefixes: &'a [String],
    labels: Vec<Label>,
}

/// A label with a value.
type Value = (&'static str, &'static str);

impl<'a> Registrar<'a> {
    pub(super) fn new(recorder: &'a dyn Recorder, metrics: &'a HubMetrics) -> Self {
        Self {
            recorder,
            prefix: &metrics.prefix,
            channel_prefixes: &metrics.channel_prefixes,
            labels: metrics.labels.clone(),
        }
    }

    /// As this one, with one more label on all.
    pub(super) fn with_label(&self, name: &'static str, value: &str) -> Self {
        let mut labels = self.labels.clone();
        labels.push(Label::new(name, value.to_owned()));
        Self { labels, ..*self }
    }

    fn name(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }

    fn key(&self, name: &str, values: &[Value]) -> Key {
        let mut labels = self.labels.clone();
        let values = values.iter();
        labels.extend(values.map(|(name, value)| Label::from_static_parts(name, value)));
        Key::from_parts(self.name(name), labels)
    }

    pub(super) fn counter(&self, name: &str, values: &[Value], text: &'static str) -> Counter {
        let (described, text) = (self.name(name).into(), SharedString::const_str(text));
        self.recorder
            .describe_counter(described, Some(Unit::Count), text);
        let key = self.key(name, values);
        self.recorder.register_counter(&key, &METADATA)
    }

    /// One for each value of a label.
    pub(super) fn counters<const N: usize>(
        &self,
        name: &str,
        label: &'static str,
        values: [&'static str; N],
        text: &'static str,
    ) -> [Counter; N] {
        values.map(|value| self.counter(name, &[(label, value)], text))
    }

    pub(super) fn gauge(&self, name: &str, values: &[Value], text: &'static str) -> Gauge {
        let (described, text) = (self.name(name).into(), SharedString::const_str(text));
        self.recorder
            .describe_gauge(described, Some(Unit::Count), text);
        let key = self.key(name, values);
        self.recorder.register_gauge(&key, &METADATA)
    }

    pub(super) fn histogram(
        &self,
        name: &str,
        values: &[Value],
        unit: Unit,
        text: &'static str,
    ) -> Histogram {
        let (described, text): (KeyName, _) =
            (self.name(name).into(), SharedString::const_str(text));
        self.recorder
            .describe_histogram(described, Some(unit), text);
        let key = self.key(name, values);
        self.recorder.register_histogram(&key, &METADATA)
    }
}
