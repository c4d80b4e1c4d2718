//! What a node sees of a session.

use crate::session::{AttachmentEnd, SessionState};

/// What a node sees of a session: it knows of those that it has opened or held, and looks again when
/// they should have expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SeenSession {
    /// It is held here, once or more often.
    Attached,
    /// It waits for its client, as far as is known here.
    Detached,
    /// It is held by another node, or was and waits still.
    Elsewhere,
    /// Another device of the user took its place.
    Superseded,
    /// It was closed.
    Closed,
    /// Its client was away for too long.
    Expired,
    /// Its stream was ended because nothing was heard of the store.
    LeaseLost,
    /// Nobody looks any more, or the store could not tell.
    Unknown,
}

/// A session was seen in one way, and is now seen in another. It is live here while it is attached or
/// detached, and forgotten with whatever else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionChange {
    /// `None`: not at all.
    pub before: Option<SeenSession>,
    /// Never what it was.
    pub now: SeenSession,
}

impl SeenSession {
    /// Those that are live here, in the order of their numbers.
    pub const LIVE: [Self; 2] = [Self::Attached, Self::Detached];

    /// All of them, in the order of their numbers.
    pub const EACH: [Self; 8] = [
        Self::Attached,
        Self::Detached,
        Self::Elsewhere,
        Self::Superseded,
        Self::Closed,
        Self::Expired,
        Self::LeaseLost,
        Self::Unknown,
    ];

    /// Whether it is live, and here.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Attached | Self::Detached)
    }

    /// A name for metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attached => "attached",
            Self::Detached => "detached",
            Self::Elsewhere => "elsewhere",
            Self::Superseded => "superseded",
            Self::Closed => "closed",
            Self::Expired => "expired",
            Self::LeaseLost => "lease_lost",
            Self::Unknown => "unknown",
        }
    }
}

impl From<AttachmentEnd> for SeenSession {
    fn from(end: AttachmentEnd) -> Self {
        match end {
            AttachmentEnd::Superseded => Self::Superseded,
            AttachmentEnd::TakenOver => Self::Elsewhere,
            AttachmentEnd::Closed => Self::Closed,
            AttachmentEnd::Expired => Self::Expired,
            AttachmentEnd::LeaseLost => Self::LeaseLost,
        }
    }
}

impl From<SessionState> for SeenSession {
    /// Of one that should have expired.
    fn from(state: SessionState) -> Self {
        match state {
            SessionState::Live => Self::Elsewhere,
            SessionState::Superseded => Self::Superseded,
            SessionState::Closed => Self::Closed,
            SessionState::Expired => Self::Expired,
            SessionState::Unknown => Self::Unknown,
        }
    }
}
