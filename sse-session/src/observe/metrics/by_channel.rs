//! What is counted of channels.

use metrics::{Counter, Histogram, Unit};

use super::registrar::Registrar;
use crate::{
    Channel,
    hub::{OnLag, PublishError},
    observe::{Origin, Replay, StoreOutcome},
    store::{Durability, GapReason},
};

/// What is counted of channels, once for each prefix and once for the others.
pub(super) struct ByChannel {
    prefixes: Vec<(String, ChannelMetrics)>,
    others: ChannelMetrics,
}

impl ByChannel {
    pub(super) fn new(registrar: &Registrar<'_>) -> Self {
        let prefixes = registrar.channel_prefixes;
        let labelled = |value: &str| ChannelMetrics::new(&registrar.with_label("channel", value));
        Self {
            others: if prefixes.is_empty() {
                ChannelMetrics::new(registrar)
            } else {
                labelled("other")
            },
            prefixes: prefixes
                .iter()
                .map(|prefix| (prefix.clone(), labelled(prefix)))
                .collect(),
        }
    }

    pub(super) fn of(&self, channel: &Channel) -> &ChannelMetrics {
        let name = channel.as_str();
        let mut prefixes = self.prefixes.iter();
        let found = prefixes.find(|(prefix, _)| name.starts_with(&**prefix));
        found.map_or(&self.others, |(_, metrics)| metrics)
    }
}

const DURABILITIES: [Durability; 4] = [
    Durability::Memory,
    Durability::Stored,
    Durability::Synced,
    Durability::Replicated,
];

const fn durability_name(durability: Durability) -> &'static str {
    match durability {
        Durability::Memory => "memory",
        Durability::Stored => "stored",
        Durability::Synced => "synced",
        Durability::Replicated => "replicated",
    }
}

const REASONS: [GapReason; 6] = [
    GapReason::Trimmed,
    GapReason::Unknown,
    GapReason::Epoch,
    GapReason::Rewound,
    GapReason::Forked,
    GapReason::Lagged,
];

const POLICIES: [OnLag; 3] = [OnLag::CatchUp, OnLag::Skip, OnLag::Disconnect];

const fn policy_name(policy: OnLag) -> &'static str {
    match policy {
        OnLag::CatchUp => "catch_up",
        OnLag::Skip => "skip",
        OnLag::Disconnect => "disconnect",
    }
}

pub(super) struct ChannelMetrics {
    /// By durability, then whether it is a duplicate.
    published: [[Counter; 2]; DURABILITIES.len()],
    pub(super) publish_seconds: Histogram,
    refused: Counter,
    failed: [Counter; StoreOutcome::EACH.len()],
    pub(super) announced: Counter,
    delivery: [Histogram; Origin::EACH.len()],
    pub(super) lag: Histogram,
    fell_behind: [Counter; POLICIES.len()],
    gaps: [Counter; REASONS.len()],
    returned: [Counter; Replay::EACH.len()],
    pub(super) from_ring: Counter,
    pub(super) from_store: Counter,
    pub(super) reads: Counter,
}

impl ChannelMetrics {
    fn new(registrar: &Registrar<'_>) -> Self {
        let published = |durability| {
            ["false", "true"].map(|duplicate| {
                let durability = ("durability", durability_name(durability));
                let labels = [durability, ("duplicate", duplicate)];
                registrar.counter("published_total", &labels, "Events acknowledged")
            })
        };
        let not_published = "Events that were not published, by reason";
        let delivery = |origin: Origin| {
            registrar.histogram(
                "delivery_seconds",
                &[("origin", origin.as_str())],
                Unit::Seconds,
                "Time from an event's publishing to its being written to a stream",
            )
        };
        let replayed = |from| {
            let text = "Events that streams got late, by where from";
            registrar.counter("replayed_events_total", &[("from", from)], text)
        };
        Self {
            published: DURABILITIES.map(published),
            publish_seconds: registrar.histogram(
                "publish_seconds",
                &[],
                Unit::Seconds,
                "Time until an event was acknowledged",
            ),
            refused: registrar.counter(
                "not_published_total",
                &[("reason", "refused")],
                not_published,
            ),
            failed: registrar.counters(
                "not_published_total",
                "reason",
                StoreOutcome::EACH.map(StoreOutcome::as_str),
                not_published,
            ),
            announced: registrar.counter("announced_total", &[], "Events announced"),
            delivery: Origin::EACH.map(delivery),
            lag: registrar.histogram(
                "subscriber_lag_events",
                &[],
                Unit::Count,
                "Events that waited for a stream when it took some",
            ),
            fell_behind: registrar.counters(
                "subscribers_fell_behind_total",
                "policy",
                POLICIES.map(policy_name),
                "Streams whose next event had left the ring, by policy",
            ),
            gaps: registrar.counters(
                "gaps_total",
                "reason",
                REASONS.map(GapReason::as_str),
                "Gaps told, by reason",
            ),
            returned: registrar.counters(
                "replays_total",
                "outcome",
                Replay::EACH.map(Replay::as_str),
                "Returns to a channel, by where what was missed is",
            ),
            from_ring: replayed("ring"),
            from_store: replayed("store"),
            reads: registrar.counter("replay_reads_total", &[], "Pages that streams have read"),
        }
    }

    pub(super) fn published(&self, durability: Durability, duplicate: bool) {
        let counters = self.published.get(durability as usize);
        increment(counters.and_then(|each| each.get(usize::from(duplicate))));
    }

    pub(super) fn not_published(&self, error: &PublishError) {
        match error {
            PublishError::Store { source } => {
                increment(self.failed.get(StoreOutcome::from(source) as usize));
            }
            PublishError::HasId
            | PublishError::NotOneEvent
            | PublishError::TooLarge { .. }
            | PublishError::InvalidKey { .. } => self.refused.increment(1),
        }
    }

    pub(super) fn delivery(&self, origin: Origin) -> Option<&Histogram> {
        self.delivery.get(origin as usize)
    }

    pub(super) fn fell_behind(&self, policy: OnLag) {
        increment(self.fell_behind.get(policy as usize));
    }

    pub(super) fn gap(&self, reason: GapReason) {
        increment(self.gaps.get(reason as usize));
    }

    pub(super) fn returned(&self, replay: Replay) {
        increment(self.returned.get(replay as usize));
    }
}

/// What has a number has a counter.
pub(super) fn increment(counter: Option<&Counter>) {
    if let Some(counter) = counter {
        counter.increment(1);
    }
}
