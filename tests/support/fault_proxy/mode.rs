//! What goes wrong.

use core::time::Duration;

/// What goes wrong, on all connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Nothing.
    #[default]
    Pass,
    /// Nothing goes either way. New connections are accepted, and nothing comes of them.
    BlackHole,
    /// Nothing goes this way.
    HalfOpen(Direction),
    /// Whatever is read at once comes so much later, and up to so much more by chance. Order stays.
    Delay {
        /// At least.
        by: Duration,
        /// At most so much more.
        jitter: Duration,
    },
    /// After so many more bytes, of all connections and both directions, all are reset, and it is
    /// [`Refuse`](Self::Refuse).
    CutAfter(u64),
    /// All connections are reset, new ones at once.
    Refuse,
}

/// A way through the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What clients send.
    ToServer,
    /// What the server sends.
    ToClient,
}

impl Mode {
    /// Whether nothing goes this way.
    pub(super) fn holds(self, direction: Direction) -> bool {
        self == Self::BlackHole || self == Self::HalfOpen(direction)
    }
}
