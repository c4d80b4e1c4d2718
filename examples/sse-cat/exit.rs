//! What the exit status says.

use sse_tower::client::{Cause, ClientError};

/// How a stream came to its end. The numbers are curl's, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Complete = 0,
    /// A file, or the output.
    Files = 1,
    Usage = 2,
    NoResponse = 7,
    BrokenOff = 18,
    Refused = 22,
    Timeout = 28,
}

impl Exit {
    pub(crate) fn of<B>(error: &ClientError<B>) -> Self {
        match error.cause() {
            Some(Cause::Status { status, .. }) if *status == http::StatusCode::NO_CONTENT => {
                Self::Complete
            }
            Some(Cause::Status { .. } | Cause::ContentType | Cause::ContentEncoding) => {
                Self::Refused
            }
            Some(Cause::ConnectTimeout { .. } | Cause::IdleTimeout { .. }) => Self::Timeout,
            Some(Cause::BodyEnd | Cause::Body(_)) => Self::BrokenOff,
            _ => Self::NoResponse,
        }
    }
}
