//! What is in a ring.

use std::sync::Arc;

use bytes::Bytes;

use super::Frame;
use crate::store::{GapReason, Position};

/// What is in a ring.
#[derive(Debug, Clone)]
pub(crate) enum Entry {
    /// A record of the log.
    Record(Frame, Position),
    /// What was announced, for those who are here.
    Announcement(Bytes),
    /// What follows does not follow from what is before.
    Reset(Arc<Reset>),
}

impl Entry {
    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Record(frame, _) => frame.len(),
            Self::Announcement(bytes) => bytes.len(),
            Self::Reset(_) => size_of::<Reset>(),
        }
    }

    /// Where a reader stands that has seen this; `None`: where it stood before.
    pub(super) fn behind(&self) -> Option<Position> {
        match self {
            Self::Record(_, position) => Some(*position),
            Self::Announcement(_) => None,
            Self::Reset(reset) => Some(reset.base),
        }
    }
}

/// The log does not go on where the ring ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reset {
    pub(crate) reason: GapReason,
    /// Where to go on to get all that is there and was not in the ring before.
    pub(crate) earliest: Position,
    /// Where to go on to get only what is new.
    pub(crate) head: Position,
    /// Behind which the ring goes on.
    pub(crate) base: Position,
}
