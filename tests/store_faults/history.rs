//! What publishers and subscribers have recorded.

use sse_session::store::{GapReason, Position, Record};

/// An event, by its publisher and number. It is all that its data say.
pub(crate) type EventName = (usize, u64);

/// Each publisher's last word.
pub(crate) const FINAL: EventName = (usize::MAX, 0);

/// All that is known of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(crate) publishes: Vec<Publish>,
    /// Of each subscriber, in order.
    pub(crate) subscribers: Vec<Vec<Seen>>,
    /// What the log of each channel has when all is over, from its oldest record.
    pub(crate) logs: Vec<Vec<Kept>>,
}

/// An event that was published.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Publish {
    pub(crate) channel: usize,
    pub(crate) event: EventName,
    pub(crate) outcome: Outcome,
}

/// What its publisher was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It stands here.
    Acknowledged(Position),
    /// It may come up.
    Unknown,
    /// It was not published.
    Refused,
}

/// What a subscriber has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It is connected, behind these positions of its channels: by the id that it has sent, or by the first id that it was
    /// sent.
    Connected { behind: Vec<(usize, Position)> },
    /// An event; with where it stands, if it had an id of its own.
    Event {
        channel: usize,
        event: EventName,
        position: Option<Position>,
    },
    /// A gap, which is told to end behind this position.
    Gap {
        channel: usize,
        reason: GapReason,
        resume: Position,
    },
}

/// A record of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) event: EventName,
    pub(crate) record: Record,
}
