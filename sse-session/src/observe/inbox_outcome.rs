//! What becomes of a message.

/// What becomes of a message for an inbox: the names are those of the inbox's errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InboxOutcome {
    /// It was accepted.
    Accepted,
    /// It was accepted before.
    Duplicate,
    /// The session is not live.
    NotLive,
    /// It has too many bytes.
    TooLarge,
    /// Too many wait.
    Full,
    /// Too many came.
    RateReached,
    /// One with the same key is being handled.
    InProgress,
    /// The handler says that it is wrong.
    Refused,
    /// The handler has failed.
    HandlerFailed,
    /// There are no random numbers.
    NoRandomness,
    /// The store has failed.
    StoreFailed,
}

impl InboxOutcome {
    /// All of them, in the order of their numbers.
    pub const EACH: [Self; 11] = [
        Self::Accepted,
        Self::Duplicate,
        Self::NotLive,
        Self::TooLarge,
        Self::Full,
        Self::RateReached,
        Self::InProgress,
        Self::Refused,
        Self::HandlerFailed,
        Self::NoRandomness,
        Self::StoreFailed,
    ];

    /// A name for metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::NotLive => "not_live",
            Self::TooLarge => "too_large",
            Self::Full => "full",
            Self::RateReached => "rate_reached",
            Self::InProgress => "in_progress",
            Self::Refused => "refused",
            Self::HandlerFailed => "handler_failed",
            Self::NoRandomness => "no_randomness",
            Self::StoreFailed => "store_failed",
        }
    }
}

#[cfg(feature = "inbox")]
impl From<&Result<crate::inbox::Accepted, crate::inbox::InboxError>> for InboxOutcome {
    fn from(pushed: &Result<crate::inbox::Accepted, crate::inbox::InboxError>) -> Self {
        use crate::inbox::InboxError;
        match pushed {
            Ok(accepted) if accepted.duplicate => Self::Duplicate,
            Ok(_) => Self::Accepted,
            Err(InboxError::NotLive { .. }) => Self::NotLive,
            Err(InboxError::TooLarge { .. }) => Self::TooLarge,
            Err(InboxError::Full { .. }) => Self::Full,
            Err(InboxError::RateReached { .. }) => Self::RateReached,
            Err(InboxError::InProgress) => Self::InProgress,
            Err(InboxError::Refused { .. }) => Self::Refused,
            Err(InboxError::Handler { .. }) => Self::HandlerFailed,
            Err(InboxError::NoRandomness) => Self::NoRandomness,
            Err(InboxError::Store { .. }) => Self::StoreFailed,
        }
    }
}
