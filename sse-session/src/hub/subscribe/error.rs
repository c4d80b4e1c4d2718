//! Why there is no stream.

use core::{error::Error, fmt};

use crate::{Channel, hub::AuthorizerError, store::StoreError};

/// Why there is no stream.
#[derive(Debug)]
#[non_exhaustive]
pub enum SubscribeError {
    /// No channel was named.
    NoChannel,
    /// More channels than an id can cover.
    TooManyChannels {
        /// How many there may be.
        max_channels: usize,
    },
    /// Whoever it is may not subscribe to this channel: 403.
    Forbidden {
        /// Which one.
        channel: Channel,
    },
    /// It cannot be told now who may.
    Authorizer {
        /// Why.
        source: AuthorizerError,
    },
    /// The store cannot tell now where the stream begins: 503, with `Retry-After`.
    Store {
        /// Why.
        source: StoreError,
    },
}

impl From<StoreError> for SubscribeError {
    fn from(source: StoreError) -> Self {
        Self::Store { source }
    }
}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoChannel => f.write_str("no channel to subscribe to"),
            Self::TooManyChannels { max_channels } => {
                write!(f, "more than {max_channels} channels on one stream")
            }
            Self::Forbidden { channel } => {
                write!(f, "no right to subscribe to channel \"{channel}\"")
            }
            Self::Authorizer { .. } => f.write_str("could not find out who may subscribe"),
            Self::Store { .. } => f.write_str("could not find out where the stream begins"),
        }
    }
}

impl Error for SubscribeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Authorizer { source } => Some(&**source),
            Self::Store { source } => Some(source),
            Self::NoChannel | Self::TooManyChannels { .. } | Self::Forbidden { .. } => None,
        }
    }
}
