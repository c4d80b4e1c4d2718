//! Why a connection came to nothing, or to its end.

use core::{error::Error, fmt, time::Duration};

use http::StatusCode;
use sse_codec::DecodeError;

/// An error of a transport, of whatever type.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Why a connection came to nothing, or to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// The service gave no response but an error: a network error to the standard.
    Connect(BoxError),
    /// The head of the response did not come in time.
    ConnectTimeout {
        /// How long it was waited for.
        after: Duration,
    },
    /// The response has another status than 200. 204 is how a server says: do not come back.
    Status {
        /// The status.
        status: StatusCode,
        /// What its `Retry-After` asks for.
        retry_after: Option<Duration>,
    },
    /// The response is not of type `text/event-stream`.
    ContentType,
    /// The body has a `Content-Encoding` that the service did not take off.
    ContentEncoding,
    /// The body ended.
    BodyEnd,
    /// The body ended with an error.
    Body(BoxError),
    /// No byte came for a while, not even of a comment.
    IdleTimeout {
        /// How long it was waited for.
        after: Duration,
    },
    /// An event was dropped because of a limit, or of the strict reading of UTF-8.
    Decode(DecodeError),
}

impl Cause {
    /// The status of a response that was refused for it.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// What the server asked for by `Retry-After`.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(_) => f.write_str("no response"),
            Self::ConnectTimeout { after } => write!(f, "no response within {after:?}"),
            Self::Status { status, .. } => write!(f, "response with status {}", status.as_u16()),
            Self::ContentType => f.write_str("response is no event stream"),
            Self::ContentEncoding => f.write_str("event stream is encoded"),
            Self::BodyEnd => f.write_str("event stream ended"),
            Self::Body(_) => f.write_str("event stream broke off"),
            Self::IdleTimeout { after } => write!(f, "event stream was silent for {after:?}"),
            Self::Decode(_) => f.write_str("event could not be decoded"),
        }
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connect(error) | Self::Body(error) => Some(&**error),
            Self::Decode(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_pinned() {
        let after = Duration::from_secs(9);
        let status = Cause::Status {
            status: StatusCode::SERVICE_UNAVAILABLE,
            retry_after: Some(after),
        };
        assert_eq!(status.retry_after(), Some(after));
        assert_eq!(status.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
        let texts = [
            (Cause::Connect("x".into()), "no response"),
            (Cause::ConnectTimeout { after }, "no response within 9s"),
            (status, "response with status 503"),
            (Cause::ContentType, "response is no event stream"),
            (Cause::ContentEncoding, "event stream is encoded"),
            (Cause::BodyEnd, "event stream ended"),
            (Cause::Body("x".into()), "event stream broke off"),
            (
                Cause::IdleTimeout { after },
                "event stream was silent for 9s",
            ),
        ];
        for (cause, text) in texts {
            assert_eq!(cause.to_string(), text);
        }
    }
}
