//! Why a client ended.

use core::{error::Error, fmt};

use http::{Response, StatusCode};

use super::{BoxError, Cause, machine::GaveUp};

/// Why a client ended. Nothing comes after it.
///
/// `B` is the type of a response's body. A response that was the reason is held, with what was not
/// read of its body.
#[non_exhaustive]
pub enum ClientError<B> {
    /// By the [policy](super::Policy) this was the end.
    Failed {
        /// What failed.
        cause: Cause,
        /// The response, if that was what failed.
        response: Option<Box<Response<B>>>,
    },
    /// A bound on attempts or time is reached.
    GaveUp {
        /// Which bound.
        bound: GaveUp,
        /// What failed last.
        cause: Cause,
        /// The response, if that was what failed last.
        response: Option<Box<Response<B>>>,
    },
    /// The service failed before it could be called, and by Tower's contract never can be again.
    Service(BoxError),
}

impl<B> ClientError<B> {
    /// What failed last.
    #[must_use]
    pub const fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Failed { cause, .. } | Self::GaveUp { cause, .. } => Some(cause),
            Self::Service(_) => None,
        }
    }

    /// The status of the response that was the reason.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Failed { response, .. } | Self::GaveUp { response, .. } => {
                response.as_ref().map(|response| response.status())
            }
            Self::Service(_) => None,
        }
    }

    /// The response that was the reason.
    #[must_use]
    pub fn into_response(self) -> Option<Response<B>> {
        match self {
            Self::Failed { response, .. } | Self::GaveUp { response, .. } => {
                response.map(|response| *response)
            }
            Self::Service(_) => None,
        }
    }
}

impl<B> fmt::Display for ClientError<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed { .. } => f.write_str("event source failed"),
            Self::GaveUp {
                bound: GaveUp::Reconnections { max },
                ..
            } => write!(f, "event source gave up after {max} reconnections"),
            Self::GaveUp {
                bound: GaveUp::TimeDown { max },
                ..
            } => write!(f, "event source gave up within {max:?} without a stream"),
            Self::Service(_) => f.write_str("service cannot be called"),
        }
    }
}

impl<B> fmt::Debug for ClientError<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither headers nor ids.
        match self {
            Self::Failed { cause, .. } => write!(f, "Failed({cause})"),
            Self::GaveUp { bound, cause, .. } => write!(f, "GaveUp({bound:?}, {cause})"),
            Self::Service(error) => f.debug_tuple("Service").field(error).finish(),
        }
    }
}

impl<B> Error for ClientError<B> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed { cause, .. } | Self::GaveUp { cause, .. } => Some(cause),
            Self::Service(error) => Some(&**error),
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    #[test]
    fn texts_are_pinned_and_the_response_comes_out() {
        let response = Response::builder()
            .status(418)
            .header("set-cookie", "secret")
            .body("short and stout")
            .unwrap();
        let error = ClientError::Failed {
            cause: Cause::ContentType,
            response: Some(Box::new(response)),
        };
        assert_eq!(error.to_string(), "event source failed");
        assert_eq!(format!("{error:?}"), "Failed(response is no event stream)");
        let source = error.source().unwrap().to_string();
        assert_eq!(source, "response is no event stream");
        assert_eq!(error.status(), Some(StatusCode::IM_A_TEAPOT));
        assert_eq!(
            error.into_response().unwrap().into_body(),
            "short and stout"
        );

        let gave_up = |bound| ClientError::<()>::GaveUp {
            bound,
            cause: Cause::BodyEnd,
            response: None,
        };
        let error = gave_up(GaveUp::Reconnections { max: 3 });
        let text = "event source gave up after 3 reconnections";
        assert_eq!(error.to_string(), text);
        let max = Duration::from_secs(9);
        let error = gave_up(GaveUp::TimeDown { max });
        let text = "event source gave up within 9s without a stream";
        assert_eq!(error.to_string(), text);
        assert_eq!(error.status(), None);
        let error = ClientError::<()>::Service("gone".into());
        assert_eq!(error.to_string(), "service cannot be called");
    }
}
