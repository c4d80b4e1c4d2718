//! Which failures are the end.

use core::fmt;

use http::StatusCode;

use super::Cause;

/// What becomes of a client whose connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The end, with a [`ClientError`](super::ClientError); after [`Cause::BodyEnd`] without one.
    End,
    /// Another connection, unless the attempts or the time are used up.
    Reconnect,
    /// After [`Cause::Decode`] the stream goes on behind the event that was dropped, and an item says so.
    /// After anything else there is nothing to go on with: as `Reconnect`.
    GoOn,
}

/// Which failures are the end. Any function of a [`Cause`] is one.
///
/// How often and how long is not asked here, but set in
/// [`EventSourceOptions`](super::EventSourceOptions).
///
/// ```
/// use http::StatusCode;
/// use sse_tower::client::{Cause, EventSourceOptions, Policy, StandardPolicy, Verdict};
///
/// // The standard, but one's own gateway answers 502 while it restarts.
/// let options = EventSourceOptions::new().with_policy(|cause: &Cause| match cause.status() {
///     Some(StatusCode::BAD_GATEWAY) => Verdict::Reconnect,
///     _ => StandardPolicy.judge(cause),
/// });
/// # let _ = options;
/// ```
pub trait Policy: Send + Sync + 'static {
    /// What becomes of a client whose connection failed by this.
    fn judge(&self, cause: &Cause) -> Verdict;
}

impl<F: Fn(&Cause) -> Verdict + Send + Sync + 'static> Policy for F {
    fn judge(&self, cause: &Cause) -> Verdict {
        self(cause)
    }
}

/// The standard: a response that is no event stream is the end, whatever its status; a network
/// error, the end of a body and a timeout are not
/// (<https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model>).
///
/// About limits the standard says nothing: an event that is dropped for one is told, and the
/// stream goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StandardPolicy;

impl Policy for StandardPolicy {
    fn judge(&self, cause: &Cause) -> Verdict {
        match cause {
            Cause::Status { .. } | Cause::ContentType | Cause::ContentEncoding => Verdict::End,
            Cause::Decode(_) => Verdict::GoOn,
            Cause::Connect(_)
            | Cause::ConnectTimeout { .. }
            | Cause::BodyEnd
            | Cause::Body(_)
            | Cause::IdleTimeout { .. } => Verdict::Reconnect,
        }
    }
}

/// The standard, but statuses that pass by themselves are not the end: 408, 425, 429, 500, 502,
/// 503 and 504. `Retry-After` is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PatientPolicy;

impl Policy for PatientPolicy {
    fn judge(&self, cause: &Cause) -> Verdict {
        match cause.status() {
            Some(
                StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_EARLY
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::INTERNAL_SERVER_ERROR
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT,
            ) => Verdict::Reconnect,
            _ => StandardPolicy.judge(cause),
        }
    }
}

/// Every failure is the end: one request, one stream. For streams that cannot be resumed, such as
/// the answer of a language model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OneShotPolicy;

impl Policy for OneShotPolicy {
    fn judge(&self, _: &Cause) -> Verdict {
        Verdict::End
    }
}

/// A policy that many clients share.
#[derive(Clone)]
pub(super) struct SharedPolicy(pub(super) std::sync::Arc<dyn Policy>);

impl fmt::Debug for SharedPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Policy(..)")
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    fn status(status: u16) -> Cause {
        Cause::Status {
            status: StatusCode::from_u16(status).unwrap(),
            retry_after: None,
        }
    }

    #[test]
    fn to_the_standard_every_status_but_200_is_the_end() {
        for code in [
            100, 201, 204, 205, 206, 301, 304, 400, 401, 404, 410, 429, 500, 503,
        ] {
            assert_eq!(StandardPolicy.judge(&status(code)), Verdict::End, "{code}");
        }
        assert_eq!(StandardPolicy.judge(&Cause::ContentType), Verdict::End);
        let after = Duration::ZERO;
        for cause in [
            Cause::Connect("x".into()),
            Cause::ConnectTimeout { after },
            Cause::BodyEnd,
            Cause::Body("x".into()),
            Cause::IdleTimeout { after },
        ] {
            assert_eq!(StandardPolicy.judge(&cause), Verdict::Reconnect);
            assert_eq!(PatientPolicy.judge(&cause), Verdict::Reconnect);
            assert_eq!(OneShotPolicy.judge(&cause), Verdict::End);
        }
    }

    #[test]
    fn a_patient_client_returns_after_what_passes() {
        for code in [408, 425, 429, 500, 502, 503, 504] {
            assert_eq!(PatientPolicy.judge(&status(code)), Verdict::Reconnect);
        }
        for code in [204, 301, 400, 401, 403, 404, 410, 501, 505] {
            assert_eq!(PatientPolicy.judge(&status(code)), Verdict::End, "{code}");
        }
        assert_eq!(PatientPolicy.judge(&Cause::ContentType), Verdict::End);
    }
}
