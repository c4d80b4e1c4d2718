//! What was published.

use sse_codec::EventId;

use crate::store::{Durability, Position};

/// The acknowledgement of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The id that the event has on a stream of its channel alone.
    pub id: EventId<'static>,
    /// Where it stands.
    pub position: Position,
    /// It had been published before, by its key.
    pub duplicate: bool,
    /// How safe it is.
    pub durability: Durability,
}
