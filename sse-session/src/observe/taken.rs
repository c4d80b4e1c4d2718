//! What a stream takes out of a ring.

use core::time::Duration;

/// What a stream has taken out of the ring of one channel at once: up to 32 entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// How many entries of the ring it had not taken before: 1 if it keeps up.
    pub waiting: u64,
    /// How many of the events were there before it joined in.
    pub replayed: u64,
    /// How long the oldest event waited that was not, if that is known.
    pub delivery: Option<Delivery>,
}

impl Taken {
    pub(crate) const fn new(waiting: u64, replayed: u64, delivery: Option<Delivery>) -> Self {
        Self {
            waiting,
            replayed,
            delivery,
        }
    }
}

/// How long it took until a stream gave out an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// Since when it is measured.
    pub origin: Origin,
    /// How long.
    pub took: Duration,
}

impl Delivery {
    pub(crate) const fn new(origin: Origin, took: Duration) -> Self {
        Self { origin, took }
    }
}

/// Where an event was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// On this node: its time begins when [`Hub::publish`](crate::hub::Hub::publish) was asked.
    Here,
    /// On another: its time begins when this node was told of it. Clocks of nodes are not compared.
    Elsewhere,
}

impl Origin {
    /// All of them, in the order of their numbers.
    pub const EACH: [Self; 2] = [Self::Here, Self::Elsewhere];

    /// A name for metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Elsewhere => "elsewhere",
        }
    }
}
