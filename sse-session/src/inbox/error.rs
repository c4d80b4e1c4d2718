//! Why a message is not accepted.

use core::{error::Error, fmt, time::Duration};

use super::{HandlerError, MessageRefusal};
use crate::randomness::NoRandomness;
use crate::{
    session::{SessionError, SessionState},
    store::StoreError,
};

/// Why a message is not accepted, with the status that says so over HTTP.
#[derive(Debug)]
#[non_exhaustive]
pub enum InboxError {
    /// There is no such session of this identity, or no more: 404.
    NotLive {
        /// What it is.
        state: SessionState,
    },
    /// It has too many bytes: 413.
    TooLarge {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        max_bytes: usize,
    },
    /// As many messages of the session wait as may: 429.
    Full {
        /// How many may.
        max_messages: usize,
        /// How many bytes all of them may have.
        max_bytes: usize,
    },
    /// The session sends too many: 429, with `Retry-After`.
    RateReached {
        /// How long until the next one may come.
        wait: Duration,
    },
    /// A message with the same key is being handled: 409. It may be sent again a little later.
    InProgress,
    /// The handler says that it is wrong: what the refusal says, or 422. It is no use to send it again.
    Refused {
        /// Why.
        refusal: MessageRefusal,
    },
    /// The handler has not handled it: 500. It may be sent again.
    Handler {
        /// Why.
        source: HandlerError,
    },
    /// The operating system gives no random numbers: 500.
    NoRandomness,
    /// The store has not taken it, or cannot tell: 503, with `Retry-After`. With the same key it may be sent again.
    Store {
        /// Why.
        source: StoreError,
    },
}

impl From<StoreError> for InboxError {
    fn from(source: StoreError) -> Self {
        Self::Store { source }
    }
}

/// What a handler gives.
impl From<HandlerError> for InboxError {
    fn from(error: HandlerError) -> Self {
        match error.downcast() {
            Ok(refusal) => Self::Refused { refusal: *refusal },
            Err(source) => Self::Handler { source },
        }
    }
}

impl From<NoRandomness> for InboxError {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

impl From<SessionError> for InboxError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::NotLive { state } => Self::NotLive { state },
            SessionError::Store { source } => Self::Store { source },
            SessionError::NoRandomness => Self::NoRandomness,
            other => Self::Store {
                source: StoreError::Unavailable {
                    source: Some(other.into()),
                },
            },
        }
    }
}

impl fmt::Display for InboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLive { state } => write!(f, "the session is {}", state.as_str()),
            Self::TooLarge { bytes, max_bytes } => {
                write!(f, "a message of {bytes} bytes, more than {max_bytes}")
            }
            Self::Full {
                max_messages,
                max_bytes,
            } => write!(
                f,
                "{max_messages} messages or {max_bytes} bytes of the session wait already"
            ),
            Self::RateReached { wait } => {
                write!(f, "too many messages, the next one in {wait:?}")
            }
            Self::InProgress => f.write_str("a message with the same key is being handled"),
            Self::Refused { .. } => f.write_str("the message is refused"),
            Self::Handler { .. } => f.write_str("the message is not handled"),
            Self::NoRandomness => f.write_str("no random numbers from the operating system"),
            Self::Store { .. } => f.write_str("the store has not taken the message"),
        }
    }
}

impl Error for InboxError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Handler { source } => Some(&**source),
            Self::Refused { refusal } => Some(refusal),
            Self::Store { source } => Some(source),
            Self::NotLive { .. }
            | Self::TooLarge { .. }
            | Self::Full { .. }
            | Self::RateReached { .. }
            | Self::InProgress
            | Self::NoRandomness => None,
        }
    }
}
