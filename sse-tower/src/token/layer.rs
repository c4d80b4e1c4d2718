//! The layer that asks for a token.

use core::fmt;
use std::{borrow::Cow, sync::Arc};

use sse_codec::{Encode, Event, EventId, EventType};
use tower_layer::Layer;

use super::{
    TokenGate, TokenValidator, refusals::Refusals, reserved_id::ReservedId, settings::Settings,
    source::Sources, tickets::Tickets,
};
use crate::{
    gate::Gated,
    refusal::{Face, Refusal},
    request::StreamRequests,
    stream::Farewell,
};

/// Lets requests pass that show a valid token. See the [module](crate::token).
#[must_use]
pub struct TokenLayer<I> {
    settings: Arc<Settings<I>>,
}

impl<I: Clone + Send + Sync + 'static> TokenLayer<I> {
    /// Tokens come from `Authorization: Bearer`, have up to 8 KiB, and are judged by this validator.
    pub fn new(validator: impl TokenValidator<Identity = I>) -> Self {
        let sources = Sources {
            cookie: None,
            tickets: None,
            query_parameter: None,
            max_bytes: 8192,
        };
        let expired =
            Event::builder("token expired").event_type(EventType::from_static("token_expired"));
        let settings = Settings {
            validator: Arc::new(validator),
            sources,
            requests: None,
            refusals: Refusals::default(),
            farewell: Farewell::new().with_event(expired.to_frame()),
        };
        Self {
            settings: Arc::new(settings),
        }
    }

    /// Takes tokens from this cookie too.
    pub fn with_cookie(mut self, name: impl Into<Box<str>>) -> Self {
        self.change().sources.cookie = Some(name.into());
        self
    }

    /// Takes these tickets too.
    pub fn with_tickets(mut self, tickets: Tickets) -> Self {
        self.change().sources.tickets = Some(tickets);
        self
    }

    /// Takes tokens from this parameter of the query too. What is in a URI ends up in the logs of
    /// proxies and in the history of browsers: tickets are made for that, tokens are not.
    pub fn with_query_parameter(mut self, name: impl Into<Box<str>>) -> Self {
        self.change().sources.query_parameter = Some(name.into());
        self
    }

    /// Sets how long a token or ticket may be, in bytes.
    pub fn with_max_bytes(mut self, bytes: usize) -> Self {
        self.change().sources.max_bytes = bytes;
        self
    }

    /// Asks only these for a token before the service is called, and others if the response turns out
    /// to be an event stream; by default all requests need one. The service sees no identity then.
    pub fn with_requests(mut self, requests: StreamRequests) -> Self {
        self.change().requests = Some(requests);
        self
    }

    /// Sets who is told by a status that the token is missing or not valid, and who by a stream.
    pub fn with_face(mut self, face: Face) -> Self {
        self.change().refusals.face = face;
        self
    }

    /// Sets the data of the event `error` that tells it on a stream: `unauthorized`.
    pub fn with_error_data(mut self, data: impl Into<Cow<'static, str>>) -> Self {
        self.change().refusals.error_data = data.into();
        self
    }

    /// Sets the id of that event, by which a client is known when it returns. No event of the service
    /// may have it, or begin with it and a colon. One that clients do not bring back, as the empty one,
    /// is not taken.
    pub fn with_reserved_id(mut self, id: EventId<'static>) -> Self {
        if let Some(id) = ReservedId::new(id) {
            self.change().refusals.reserved_id = id;
        }
        self
    }

    /// Sets what is answered while nobody can tell whether a token is valid: a 503, or a stream that
    /// says when to come back.
    pub fn with_unavailable(mut self, refusal: Refusal) -> Self {
        self.change().refusals.unavailable = refusal;
        self
    }

    /// Sets what is said last on a stream whose token expires: by default an event `token_expired`. It
    /// should have no id.
    pub fn with_farewell(mut self, farewell: Farewell) -> Self {
        self.change().farewell = farewell;
        self
    }

    fn change(&mut self) -> &mut Settings<I> {
        Arc::make_mut(&mut self.settings)
    }
}

impl<S, I: Clone + Send + Sync + 'static> Layer<S> for TokenLayer<I> {
    type Service = Gated<S, TokenGate<I>>;

    fn layer(&self, inner: S) -> Self::Service {
        let settings = Arc::clone(&self.settings);
        Gated::new(inner, TokenGate { settings })
    }
}

impl<I> Clone for TokenLayer<I> {
    fn clone(&self) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
        }
    }
}

impl<I> fmt::Debug for TokenLayer<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenLayer").field(&self.settings).finish()
    }
}
