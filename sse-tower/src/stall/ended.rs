//! Why a connection was ended.

use core::{fmt, time::Duration};
use std::io;

/// Why a [`GuardedIo`](super::GuardedIo) ended its connection: what its I/O errors hold, and what
/// [`ConnectionHandle::ended`](super::ConnectionHandle::ended) tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionEnded {
    /// The peer took no bytes for the stall time. As an I/O error its kind is
    /// [`TimedOut`](io::ErrorKind::TimedOut).
    Stalled {
        /// For how long there were bytes to take.
        stall_time: Duration,
    },
    /// [`ConnectionHandle::abort`](super::ConnectionHandle::abort) was called. As an I/O error its
    /// kind is [`ConnectionAborted`](io::ErrorKind::ConnectionAborted).
    Aborted,
}

impl ConnectionEnded {
    /// Finds it in an error of whatever was using the connection: the error itself, or one of its
    /// sources.
    ///
    /// On HTTP/2 the protocol's own error keeps only the kind of an I/O error, not its content;
    /// there, ask the [handle](super::ConnectionHandle::ended).
    pub fn find(error: &(dyn core::error::Error + 'static)) -> Option<Self> {
        core::iter::successors(Some(error), |error| {
            // The source of an I/O error is that of the error in it, not that error.
            match error
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref)
            {
                Some(inner) => Some(inner),
                None => error.source(),
            }
        })
        .find_map(|error| error.downcast_ref().copied())
    }
}

impl fmt::Display for ConnectionEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stalled { stall_time } => {
                write!(f, "peer took no bytes for {stall_time:?}")
            }
            Self::Aborted => f.write_str("connection was aborted"),
        }
    }
}

impl core::error::Error for ConnectionEnded {}

impl From<ConnectionEnded> for io::Error {
    fn from(ended: ConnectionEnded) -> Self {
        let kind = match ended {
            ConnectionEnded::Stalled { .. } => io::ErrorKind::TimedOut,
            ConnectionEnded::Aborted => io::ErrorKind::ConnectionAborted,
        };
        Self::new(kind, ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALLED: ConnectionEnded = ConnectionEnded::Stalled {
        stall_time: Duration::from_secs(30),
    };

    #[test]
    fn the_text_is_stable() {
        assert_eq!(STALLED.to_string(), "peer took no bytes for 30s");
        assert_eq!(
            ConnectionEnded::Aborted.to_string(),
            "connection was aborted"
        );
    }

    #[test]
    fn it_is_found_in_an_io_error_and_behind_one() {
        let error = io::Error::from(STALLED);
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(ConnectionEnded::find(&error), Some(STALLED));
        assert_eq!(
            ConnectionEnded::find(&io::Error::other(error)),
            Some(STALLED)
        );
        assert_eq!(ConnectionEnded::find(&STALLED), Some(STALLED));
    }

    #[test]
    fn the_time_out_of_the_kernel_is_not_taken_for_it() {
        let error = io::Error::from(io::ErrorKind::TimedOut);
        assert_eq!(ConnectionEnded::find(&error), None);
    }
}
