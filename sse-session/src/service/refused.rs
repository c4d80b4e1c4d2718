//! Answers of JSON.

use core::time::Duration;
use std::borrow::Cow;

use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::SessionServiceBody;
use crate::{
    hub::SubscribeError,
    inbox::InboxError,
    presence::PresenceError,
    session::{Answer, SessionError},
};

/// What is not done, and how it is told.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    /// For programs.
    code: Cow<'static, str>,
    retry: Option<Duration>,
}

/// When to come back after what passes soon.
const SOON: Duration = Duration::from_secs(3);

impl Refused {
    pub(super) const fn new(status: StatusCode, code: &'static str) -> Self {
        let retry = None;
        Self {
            status,
            code: Cow::Borrowed(code),
            retry,
        }
    }

    const fn retry(mut self, time: Duration) -> Self {
        self.retry = Some(time);
        self
    }

    pub(super) const UNAVAILABLE: Self =
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable").retry(SOON);

    pub(super) const FOREIGN: Self = Self::new(StatusCode::FORBIDDEN, "foreign-origin");

    pub(super) const NO_SESSION: Self = Self::new(StatusCode::NOT_FOUND, "no-session");

    pub(super) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large")
    }

    /// When to come back, if it passes.
    pub(super) const fn passes_in(&self) -> Option<Duration> {
        self.retry
    }

    pub(super) fn answer(self) -> Response<SessionServiceBody> {
        if self.status == StatusCode::NO_CONTENT {
            return empty(self.status);
        }
        let mut answer = json(self.status, &json!({ "error": self.code }));
        let headers = answer.headers_mut();
        if let Some(time) = self.retry {
            let seconds = u64::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u64::MAX);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            let allow = HeaderValue::from_static("GET, HEAD, POST, DELETE");
            headers.insert(header::ALLOW, allow);
        }
        answer
    }
}

impl From<SessionError> for Refused {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::NotLive { state } => match state.answer() {
                Answer::NoContent => Self::new(StatusCode::NO_CONTENT, state.as_str()),
                Answer::Stream | Answer::NewSession => Self::NO_SESSION,
            },
            SessionError::IdentityRequired => Self::new(StatusCode::UNAUTHORIZED, "identity"),
            SessionError::Store { .. } | SessionError::Publish { .. } | SessionError::Contended => {
                Self::UNAVAILABLE
            }
            SessionError::FarewellTooLarge { .. } | SessionError::NoRandomness => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }
}

impl From<SubscribeError> for Refused {
    fn from(error: SubscribeError) -> Self {
        match error {
            SubscribeError::Forbidden { .. } => Self::new(StatusCode::FORBIDDEN, "forbidden"),
            SubscribeError::NoChannel | SubscribeError::TooManyChannels { .. } => {
                Self::new(StatusCode::BAD_REQUEST, "channels")
            }
            SubscribeError::Authorizer { .. } | SubscribeError::Store { .. } => Self::UNAVAILABLE,
        }
    }
}

impl From<InboxError> for Refused {
    fn from(error: InboxError) -> Self {
        match error {
            InboxError::NotLive { .. } => Self::NO_SESSION,
            InboxError::TooLarge { .. } => Self::too_large(),
            InboxError::Full { .. } => Self::new(StatusCode::TOO_MANY_REQUESTS, "full").retry(SOON),
            InboxError::RateReached { wait } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "rate").retry(wait)
            }
            InboxError::InProgress => {
                Self::new(StatusCode::CONFLICT, "in-progress").retry(Duration::from_secs(1))
            }
            InboxError::Refused { refusal } => {
                let status = StatusCode::from_u16(refusal.status());
                let status = status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
                let code = refusal.into_code();
                Self {
                    status,
                    code,
                    retry: None,
                }
            }
            InboxError::Handler { .. } | InboxError::NoRandomness => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "not-handled")
            }
            InboxError::Store { .. } => Self::UNAVAILABLE,
        }
    }
}

impl From<PresenceError> for Refused {
    fn from(_: PresenceError) -> Self {
        Self::UNAVAILABLE
    }
}

pub(super) fn json(status: StatusCode, value: &Value) -> Response<SessionServiceBody> {
    let mut answer = Response::new(SessionServiceBody::whole(value.to_string().into()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    let cache = HeaderValue::from_static("no-store");
    headers.insert(header::CACHE_CONTROL, cache);
    answer
}

pub(super) fn empty(status: StatusCode) -> Response<SessionServiceBody> {
    let mut answer = Response::new(SessionServiceBody::whole(bytes::Bytes::new()));
    *answer.status_mut() = status;
    answer
}
