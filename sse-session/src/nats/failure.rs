//! What became of something that the server did not do.

use async_nats::{
    client::RequestErrorKind,
    jetstream::{
        ErrorCode,
        context::{PublishError, PublishErrorKind, RequestError},
    },
};

use crate::store::StoreError;

/// A cause of any kind.
type BoxError = Box<dyn core::error::Error + Send + Sync>;

/// Why there is no answer to a request.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server does not have the stream, or nobody serves it now: nothing was done.
    NoStream(StoreError),
    /// What was expected to be the last message of the subject is not: nothing was done.
    Conflict,
    /// Nothing was done.
    Refused(StoreError),
    /// Nobody knows whether it was done.
    Unknown(StoreError),
}

impl Failure {
    /// Of something that changes nothing.
    pub(super) fn of_question(self) -> StoreError {
        match self {
            Self::NoStream(error) | Self::Refused(error) => error,
            Self::Unknown(error) => match error {
                StoreError::OutcomeUnknown { source } => StoreError::Unavailable { source },
                other => other,
            },
            Self::Conflict => unavailable("the server tells of a conflict"),
        }
    }

    pub(super) fn of_change(self) -> StoreError {
        match self {
            Self::NoStream(error) | Self::Refused(error) | Self::Unknown(error) => error,
            Self::Conflict => unavailable("others were faster all the time"),
        }
    }
}

pub(super) fn unavailable(why: impl Into<BoxError>) -> StoreError {
    StoreError::Unavailable {
        source: Some(why.into()),
    }
}

pub(super) fn unknown(why: impl Into<BoxError>) -> StoreError {
    StoreError::OutcomeUnknown {
        source: Some(why.into()),
    }
}

pub(super) fn corrupt(why: impl Into<BoxError>) -> StoreError {
    StoreError::Corrupt {
        source: Some(why.into()),
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        match error.kind() {
            PublishErrorKind::StreamNotFound => Self::NoStream(unavailable(error)),
            PublishErrorKind::WrongLastMessageId | PublishErrorKind::WrongLastSequence => {
                Self::Conflict
            }
            PublishErrorKind::MaxAckPending | PublishErrorKind::MaxPayloadExceeded => {
                Self::Refused(unavailable(error))
            }
            PublishErrorKind::TimedOut | PublishErrorKind::BrokenPipe => {
                Self::Unknown(unknown(error))
            }
            // An answer of the server says that it has not stored it; anything else says nothing.
            PublishErrorKind::Other => {
                use core::error::Error as _;
                let answered = error
                    .source()
                    .is_some_and(|source| source.is::<async_nats::jetstream::Error>());
                if answered {
                    Self::Refused(unavailable(error))
                } else {
                    Self::Unknown(unknown(error))
                }
            }
        }
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        match error.kind() {
            async_nats::jetstream::context::RequestErrorKind::NoResponders => {
                Self::NoStream(unavailable(error))
            }
            _ => Self::Unknown(unknown(error)),
        }
    }
}

impl From<async_nats::client::RequestError> for Failure {
    fn from(error: async_nats::client::RequestError) -> Self {
        match error.kind() {
            RequestErrorKind::NoResponders => Self::NoStream(unavailable(error)),
            RequestErrorKind::InvalidSubject | RequestErrorKind::MaxPayloadExceeded => {
                Self::Refused(unavailable(error))
            }
            RequestErrorKind::TimedOut | RequestErrorKind::Other => Self::Unknown(unknown(error)),
        }
    }
}

impl From<async_nats::jetstream::Error> for Failure {
    fn from(error: async_nats::jetstream::Error) -> Self {
        if error.error_code() == ErrorCode::STREAM_NOT_FOUND {
            Self::NoStream(unavailable(error))
        } else {
            Self::Refused(unavailable(error))
        }
    }
}
