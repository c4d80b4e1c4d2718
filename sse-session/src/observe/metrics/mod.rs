//! Counters for the recorder of the `metrics` facade.

mod by_channel;
mod hub_metrics;
mod metrics_observer;
mod registrar;

pub use self::hub_metrics::HubMetrics;
