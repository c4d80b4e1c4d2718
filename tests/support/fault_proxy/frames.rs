//! Where frames begin and end.

use super::{Direction, nats, redis};

/// What is spoken on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// It is not known: whatever is read at once is a frame.
    Opaque,
    /// Redis, version 3 of its protocol: <https://redis.io/docs/latest/develop/reference/protocol-spec/>. A hint is what
    /// was published.
    Redis,
    /// NATS: <https://docs.nats.io/reference/reference-protocols/nats-protocol>. A hint is a message on a subject with
    /// `hint` among its tokens.
    Nats,
}

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// From the client, and answered.
    Request,
    /// To it.
    Answer,
    /// From the server, unasked: it may be lost.
    Hint,
    /// None of these.
    Other,
}

impl Protocol {
    /// How long the first frame is and what, if it is whole.
    pub(super) fn first_frame(self, bytes: &[u8], direction: Direction) -> Option<(usize, Kind)> {
        if bytes.is_empty() {
            return None;
        }
        match (self, direction) {
            (Self::Opaque, _) => Some((bytes.len(), Kind::Other)),
            (Self::Redis, Direction::ToServer) => Some((redis::frame(bytes)?, Kind::Request)),
            (Self::Redis, Direction::ToClient) => redis::answer_or_push(bytes),
            (Self::Nats, Direction::ToServer) => Some((bytes.len(), Kind::Other)),
            (Self::Nats, Direction::ToClient) => nats::frame(bytes),
        }
    }
}
