//! Why something is not done with a session.

use core::{error::Error, fmt};

use super::SessionState;
use crate::randomness::NoRandomness;
use crate::{hub::PublishError, store::StoreError};

/// Why something is not done with a session.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionError {
    /// There is no such session of this identity, or no more. Another identity's is
    /// [`SessionState::Unknown`], as one that never was.
    NotLive {
        /// What it is; [`SessionState::answer`] says what its client is to be told.
        state: SessionState,
    },
    /// A client may make the id of its session only if it is known who it is.
    IdentityRequired,
    /// The last event of a stream is too large to be kept with the user's active device.
    FarewellTooLarge {
        /// How long it is, encoded.
        bytes: usize,
        /// How long it may be.
        max_bytes: usize,
    },
    /// Others have changed the same all the time: try again.
    Contended,
    /// The operating system gives no random numbers.
    NoRandomness,
    /// The session is there, but the event is not published.
    Publish {
        /// Why.
        source: PublishError,
    },
    /// The store cannot tell, or cannot do it, now: 503, with `Retry-After`. It may be tried again.
    Store {
        /// Why.
        source: StoreError,
    },
}

impl From<StoreError> for SessionError {
    fn from(source: StoreError) -> Self {
        Self::Store { source }
    }
}

impl From<NoRandomness> for SessionError {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLive { state } => write!(f, "the session is {}", state.as_str()),
            Self::IdentityRequired => f.write_str("a client's own session id without an identity"),
            Self::FarewellTooLarge { bytes, max_bytes } => {
                write!(f, "a last event of {bytes} bytes, more than {max_bytes}")
            }
            Self::Contended => f.write_str("others change the same all the time"),
            Self::NoRandomness => f.write_str("no random numbers from the operating system"),
            Self::Publish { .. } => f.write_str("the event is not published to the session"),
            Self::Store { .. } => f.write_str("the store has not done it"),
        }
    }
}

impl Error for SessionError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Publish { source } => Some(source),
            Self::Store { source } => Some(source),
            Self::NotLive { .. }
            | Self::IdentityRequired
            | Self::FarewellTooLarge { .. }
            | Self::Contended
            | Self::NoRandomness => None,
        }
    }
}
