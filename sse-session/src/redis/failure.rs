//! Why a server did not do something.

use ::redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::store::StoreError;

/// What is to be done about an error of a server or of the way to it.
#[derive(Debug)]
pub(super) enum Failure {
    /// It was not done, the connection is good, and another node has it.
    Moved(String),
    /// It was not done: the server does not know the script.
    UnknownScript,
    /// It was not done; another server, or this one later, may do it.
    NotDone(RedisError),
    /// It was not done and never will be.
    Refused(StoreError),
    /// Nobody knows.
    Unknown(RedisError),
}

impl Failure {
    pub(super) fn of(error: RedisError) -> Self {
        let why = |problem: &str| {
            let detail = error.detail().unwrap_or_default();
            Self::Refused(StoreError::Configuration {
                problem: format!("{problem}: {detail}"),
            })
        };
        match error.kind() {
            ErrorKind::Server(ServerErrorKind::Moved) => {
                Self::Moved(error.detail().unwrap_or_default().to_owned())
            }
            ErrorKind::Server(ServerErrorKind::NoScript) => Self::UnknownScript,
            ErrorKind::Server(ServerErrorKind::NoPerm) => {
                why("the server's access control list forbids it")
            }
            ErrorKind::AuthenticationFailed => why("the server does not know this user"),
            ErrorKind::Server(ServerErrorKind::CrossSlot) | ErrorKind::InvalidClientConfig => {
                why("it cannot be used like this")
            }
            ErrorKind::RESP3NotSupported => why("the server is older than 7.0"),
            ErrorKind::Server(
                ServerErrorKind::Ask
                | ServerErrorKind::BusyLoading
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ReadOnly
                | ServerErrorKind::TryAgain,
            ) => Self::NotDone(error),
            _ => match error.code() {
                // Refused before anything is done: no memory, no disk, too few replicas, a script that runs for
                // too long.
                Some("OOM" | "MISCONF" | "NOREPLICAS" | "BUSY" | "UNBLOCKED") => {
                    Self::NotDone(error)
                }
                Some("NOAUTH" | "WRONGPASS") => why("the server does not know this user"),
                // Our scripts do not fail over what they have written themselves.
                Some("WRONGTYPE" | "ERR") => Self::Refused(StoreError::Corrupt {
                    source: Some(Box::new(error)),
                }),
                _ => Self::Unknown(error),
            },
        }
    }

    /// Whether the connection may not be used any more.
    pub(super) fn is_of_connection(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::NotDone(error) => matches!(
                error.kind(),
                ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown)
            ),
            Self::Moved(_) | Self::UnknownScript | Self::Refused(_) => false,
        }
    }

    /// As it is told to whom it was done for.
    pub(super) fn told(self, changes: bool) -> StoreError {
        match self {
            Self::Refused(error) => error,
            Self::NotDone(error) => unavailable(error),
            Self::Unknown(error) if changes => StoreError::OutcomeUnknown {
                source: Some(Box::new(error)),
            },
            Self::Unknown(error) => unavailable(error),
            Self::Moved(_) => StoreError::Unavailable {
                source: Some("the nodes refer to each other".into()),
            },
            Self::UnknownScript => StoreError::Unavailable {
                source: Some("the server forgets its scripts".into()),
            },
        }
    }
}

pub(super) fn unavailable(error: RedisError) -> StoreError {
    StoreError::Unavailable {
        source: Some(Box::new(error)),
    }
}

/// What was found is none of ours.
pub(super) fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt {
        source: Some(what.into()),
    }
}
