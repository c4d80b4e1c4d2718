//! What is answered to those who may not pass.

use std::borrow::Cow;

use http::{HeaderValue, StatusCode, header};
use sse_codec::{Encode, Event, EventType};

use super::reserved_id::ReservedId;
use crate::{
    refusal::{Face, Refusal},
    retry::Retry,
};

/// What is answered to those who may not pass.
#[derive(Clone)]
pub(super) struct Refusals {
    pub(super) face: Face,
    pub(super) reserved_id: ReservedId,
    pub(super) error_data: Cow<'static, str>,
    pub(super) unavailable: Refusal,
}

/// Why somebody may not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denied {
    /// There is no token.
    Missing,
    Invalid,
    Unavailable,
}

/// What of a request its refusal depends on.
pub(super) struct Returning {
    /// It comes back after a refusal.
    pub(super) refused_before: bool,
    pub(super) cursor: Option<HeaderValue>,
}

impl Refusals {
    pub(super) fn answer(&self, denied: Denied, client: &Returning) -> Refusal {
        // https://www.rfc-editor.org/rfc/rfc6750#section-3.1: no error for who has shown nothing.
        let challenge = match denied {
            Denied::Unavailable => return self.unavailable.clone(),
            // https://html.spec.whatwg.org/multipage/server-sent-events.html#server-sent-events-intro:
            // a 204 stops an `EventSource`, and is no error to anybody on the way.
            _ if client.refused_before => {
                return Refusal::new(StatusCode::NO_CONTENT).with_face(Face::Status);
            }
            Denied::Missing => "Bearer",
            Denied::Invalid => "Bearer error=\"invalid_token\"",
        };
        let event = Event::builder(&*self.error_data)
            .event_type(EventType::from_static("error"))
            .id(self.reserved_id.with_cursor(client.cursor.as_ref()));
        Refusal::new(StatusCode::UNAUTHORIZED)
            .with_face(self.face)
            .with_header(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            )
            .with_event(event.to_frame())
    }
}

impl Default for Refusals {
    fn default() -> Self {
        Self {
            face: Face::AsAsked,
            reserved_id: ReservedId::DEFAULT,
            error_data: Cow::Borrowed("unauthorized"),
            unavailable: Refusal::new(StatusCode::SERVICE_UNAVAILABLE).with_retry(Retry::default()),
        }
    }
}
