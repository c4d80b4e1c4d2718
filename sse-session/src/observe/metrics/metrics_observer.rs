//! The observer that counts.

use core::{fmt, time::Duration};

use metrics::{Counter, Gauge, Histogram, Unit};

use super::{
    by_channel::{ByChannel, increment},
    registrar::Registrar,
};
use crate::{
    Channel,
    hub::{Gap, OnLag, PublishError, Published},
    observe::{
        HubObserver, InboxOutcome, Replay, SeenSession, SessionChange, SlotOutcome, StoreCall,
        StoreOperation, StoreOutcome, Taken,
    },
};

/// Counts by handles.
pub(in crate::observe) struct MetricsObserver {
    channels: ByChannel,
    subscribers: Gauge,
    sessions: [Gauge; SeenSession::LIVE.len()],
    sessions_ended: [Option<Counter>; SeenSession::EACH.len()],
    messages: [Counter; InboxOutcome::EACH.len()],
    present: Gauge,
    slots: [Counter; SlotOutcome::EACH.len()],
    store: [StoreMetrics; StoreOperation::EACH.len()],
}

/// Of one operation.
struct StoreMetrics {
    calls: [Counter; StoreOutcome::EACH.len()],
    seconds: Histogram,
}

impl MetricsObserver {
    pub(super) fn new(registrar: &Registrar<'_>) -> Self {
        let sessions = |seen: SeenSession| {
            let text = "Sessions that are live, as this node sees them";
            registrar.gauge("sessions", &[("state", seen.as_str())], text)
        };
        let ended = |seen: SeenSession| {
            let labels = [("state", seen.as_str())];
            let text = "Sessions that are not live here any more, by what became of them";
            (!seen.is_live()).then(|| registrar.counter("sessions_ended_total", &labels, text))
        };
        Self {
            channels: ByChannel::new(registrar),
            subscribers: registrar.gauge("subscribers", &[], "Open streams of channels"),
            sessions: SeenSession::LIVE.map(sessions),
            sessions_ended: SeenSession::EACH.map(ended),
            messages: registrar.counters(
                "inbox_messages_total",
                "outcome",
                InboxOutcome::EACH.map(InboxOutcome::as_str),
                "Messages of clients, by what became of them",
            ),
            present: registrar.gauge("presence_members", &[], "Presences held by this node"),
            slots: registrar.counters(
                "slots_total",
                "outcome",
                SlotOutcome::EACH.map(SlotOutcome::as_str),
                "Slots of users, by what became of them",
            ),
            store: StoreOperation::EACH.map(|operation| StoreMetrics::new(registrar, operation)),
        }
    }

    fn live(&self, seen: SeenSession) -> Option<&Gauge> {
        self.sessions.get(seen as usize)
    }
}

impl StoreMetrics {
    fn new(registrar: &Registrar<'_>, operation: StoreOperation) -> Self {
        let operation = ("operation", operation.as_str());
        let calls = |outcome: StoreOutcome| {
            let labels = [operation, ("outcome", outcome.as_str())];
            registrar.counter("store_calls_total", &labels, "Calls of the store")
        };
        Self {
            calls: StoreOutcome::EACH.map(calls),
            seconds: registrar.histogram(
                "store_call_seconds",
                &[operation],
                Unit::Seconds,
                "Time that the store took",
            ),
        }
    }
}

impl HubObserver for MetricsObserver {
    fn published(&self, channel: &Channel, published: &Published, took: Duration) {
        let metrics = self.channels.of(channel);
        metrics.published(published.durability, published.duplicate);
        metrics.publish_seconds.record(took);
    }

    fn not_published(&self, channel: &Channel, error: &PublishError) {
        self.channels.of(channel).not_published(error);
    }

    fn announced(&self, channel: &Channel) {
        self.channels.of(channel).announced.increment(1);
    }

    fn subscribed(&self) {
        self.subscribers.increment(1.0);
    }

    fn unsubscribed(&self) {
        self.subscribers.decrement(1.0);
    }

    fn taken(&self, channel: &Channel, taken: &Taken) {
        let metrics = self.channels.of(channel);
        #[expect(clippy::cast_precision_loss, reason = "a ring has not that many")]
        metrics.lag.record(taken.waiting as f64);
        if taken.replayed > 0 {
            metrics.from_ring.increment(taken.replayed);
        }
        if let Some(delivery) = taken.delivery
            && let Some(histogram) = metrics.delivery(delivery.origin)
        {
            histogram.record(delivery.took);
        }
    }

    fn fell_behind(&self, channel: &Channel, policy: OnLag) {
        self.channels.of(channel).fell_behind(policy);
    }

    fn gap(&self, gap: &Gap) {
        self.channels.of(gap.channel()).gap(gap.reason());
    }

    fn returned(&self, channel: &Channel, replay: Replay) {
        self.channels.of(channel).returned(replay);
    }

    fn read(&self, channel: &Channel, events: usize) {
        let metrics = self.channels.of(channel);
        metrics.reads.increment(1);
        metrics.from_store.increment(events as u64);
    }

    fn session(&self, change: SessionChange) {
        if let Some(before) = change.before.and_then(|before| self.live(before)) {
            before.decrement(1.0);
        }
        match self.live(change.now) {
            Some(now) => now.increment(1.0),
            None => {
                let ended = self.sessions_ended.get(change.now as usize);
                increment(ended.and_then(Option::as_ref));
            }
        }
    }

    fn message(&self, outcome: InboxOutcome) {
        increment(self.messages.get(outcome as usize));
    }

    fn present(&self) {
        self.present.increment(1.0);
    }

    fn absent(&self) {
        self.present.decrement(1.0);
    }

    fn slot(&self, outcome: SlotOutcome) {
        increment(self.slots.get(outcome as usize));
    }

    fn store_call(&self, call: StoreCall) {
        if let Some(metrics) = self.store.get(call.operation as usize) {
            increment(metrics.calls.get(call.outcome as usize));
            metrics.seconds.record(call.took);
        }
    }
}

impl fmt::Debug for MetricsObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsObserver").finish_non_exhaustive()
    }
}
