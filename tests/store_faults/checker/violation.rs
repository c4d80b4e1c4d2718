//! Which promise was broken.

use sse_session::store::{GapReason, Position};

use crate::history::EventName;

/// Which promise was broken, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Violation {
    /// An event came that nobody has published on this channel.
    Invented { channel: usize, event: EventName },
    /// An event came whose publisher was told that it was not published.
    RefusedShown { channel: usize, event: EventName },
    /// Two events have the same position.
    TwoAtOnePosition {
        position: Position,
        events: [EventName; 2],
    },
    /// An event stands at two positions, although nothing was lost.
    PublishedTwice {
        event: EventName,
        positions: [Position; 2],
    },
    /// An acknowledged event is not in the log, although nothing may be lost.
    AcknowledgedLost { channel: usize, event: EventName },
    /// A subscriber got an event that is not in the log, although nothing may be lost.
    ShownNotKept { channel: usize, event: EventName },
    /// The records of the log do not follow each other.
    BrokenLog { channel: usize, position: Position },
    /// Something between these two was not sent, and no gap told so.
    SilentLoss {
        subscriber: usize,
        cursor: Position,
        got: Position,
    },
    /// An event came behind one that stands later.
    OutOfOrder {
        subscriber: usize,
        cursor: Position,
        got: Position,
    },
    /// An event came behind one that is not its predecessor, but of a log that was lost, and no gap told so.
    CrossedLineages {
        subscriber: usize,
        cursor: Position,
        got: Position,
    },
    /// An event came twice on one connection.
    Duplicate { subscriber: usize, got: Position },
    /// A gap was told, and nothing was missing, or that cannot have been the reason.
    FalseGap {
        subscriber: usize,
        cursor: Position,
        reason: GapReason,
    },
    /// What is in the log never came, gap or not.
    Missing {
        subscriber: usize,
        channel: usize,
        event: EventName,
    },
    /// Something came of a channel before it was known where the stream begins.
    NeverBegan { subscriber: usize, channel: usize },
}
