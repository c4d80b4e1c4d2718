//! The service.

use core::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use std::sync::Arc;

use http::{HeaderValue, Request, Response, request::Parts};
use http_body::Body;
use sse_codec::EventType;
use tower_service::Service;

use super::{
    SessionServiceBody,
    named::Named,
    respond::is_stream_request,
    settings::{Settings, Shown},
};
use crate::{
    Channel,
    hub::{Identity, Subscription},
    inbox::Inbox,
    presence::Presence,
    session::{ActiveDevice, OpenOptions, SessionAddress, Sessions},
};

/// Streams, messages and long polling of sessions under one path. Cheap to clone. See the
/// [module](crate::service).
#[derive(Clone)]
#[must_use]
pub struct SessionService {
    pub(super) settings: Arc<Settings>,
}

impl SessionService {
    /// Under this path, which clients are told; for a router that takes it off, or for one that does not. Streams have what
    /// is published to the session alone, nobody has an identity, and there is no inbox, until told otherwise.
    pub fn new(sessions: &Sessions, path: &str) -> Self {
        let settings = Settings {
            sessions: sessions.clone(),
            inbox: None,
            presence: None,
            path: path.trim_end_matches('/').into(),
            identity: Arc::new(|_| None),
            identity_required: false,
            subscription: Arc::new(|_, _| Subscription::to([])),
            open_options: Arc::new(|_, _| OpenOptions::new()),
            origins: Vec::new(),
            client_ids: false,
            cookie: None,
            poll_wait: Duration::from_secs(25),
            body_timeout: Duration::from_secs(30),
            connected: EventType::from_static("connected"),
        };
        Self {
            settings: Arc::new(settings),
        }
    }

    fn set(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }

    /// Takes messages into this inbox.
    pub fn with_inbox(self, inbox: &Inbox) -> Self {
        self.set(|settings| settings.inbox = Some(inbox.clone()))
    }

    /// Shows sessions, and their users by the keys of their identities, on those channels of their streams for which
    /// this is true, and tells each stream who is there: in events of the type `presence`. See the
    /// [module](crate::service#presence).
    pub fn with_presence(
        self,
        presence: &Presence,
        on: impl Fn(&Channel) -> bool + Send + Sync + 'static,
    ) -> Self {
        let shown = Shown {
            presence: presence.clone(),
            on: Arc::new(on),
            event_type: EventType::from_static("presence"),
        };
        self.set(|settings| settings.presence = Some(shown))
    }

    /// Finds out who asks, from what a layer before it has put into the request's extensions, for instance.
    pub fn with_identity(
        self,
        identity: impl Fn(&Parts) -> Option<Identity> + Send + Sync + 'static,
    ) -> Self {
        self.set(|settings| settings.identity = Arc::new(identity))
    }

    /// Answers with 401 to whoever has no identity.
    pub fn with_identity_required(self) -> Self {
        self.set(|settings| settings.identity_required = true)
    }

    /// Says which channels a stream has besides the session's own, by the request and by whose it is; where it begins,
    /// the service sets. Whether that may be is the hub's [authorizer](crate::hub::Authorizer) to say.
    pub fn with_subscription(
        self,
        subscription: impl Fn(&Parts, Option<&Identity>) -> Subscription + Send + Sync + 'static,
    ) -> Self {
        self.set(|settings| settings.subscription = Arc::new(subscription))
    }

    /// Says how a session is opened, by the request and by whose it is.
    pub fn with_open_options(
        self,
        options: impl Fn(&Parts, Option<&Identity>) -> OpenOptions + Send + Sync + 'static,
    ) -> Self {
        self.set(|settings| settings.open_options = Arc::new(options))
    }

    /// Opens each session on the [active device](ActiveDevice) of its identity, if it has one: a new session
    /// supersedes the user's other ones. In place of [`with_open_options`](Self::with_open_options).
    pub fn with_active_device(self) -> Self {
        self.with_open_options(|_, identity| match identity {
            Some(identity) => {
                let device = ActiveDevice::of_user(identity.key());
                OpenOptions::new().with_active_device(device)
            }
            None => OpenOptions::new(),
        })
    }

    /// Lets pages of these origins (`https://app.example`), besides the service's own, make requests that name no
    /// session.
    pub fn with_allowed_origins(self, origins: impl IntoIterator<Item = HeaderValue>) -> Self {
        self.set(|settings| settings.origins = origins.into_iter().collect())
    }

    /// Opens the session that a `GET` names in its path, if there is none and it is known who asks: the ids are the
    /// clients', UUIDs for instance.
    pub fn with_client_ids(self) -> Self {
        self.set(|settings| settings.client_ids = true)
    }

    /// Tells a session that a `GET` has opened in a cookie of this name, and not in the ids of its events: it is
    /// `HttpOnly`, `Secure`, `SameSite=Strict` and for this path. All tabs of a browser have it, so they are one
    /// session, of which one stream at a time is open: for pages that share it, by a worker for instance. A name that is
    /// none is left out.
    pub fn with_cookie(self, name: &str) -> Self {
        let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let name = (!name.is_empty() && name.bytes().all(valid)).then(|| name.into());
        self.set(|settings| settings.cookie = name)
    }

    /// Sets how long a `GET` for JSON waits for something to tell: 25 seconds.
    pub fn with_poll_wait(self, time: Duration) -> Self {
        self.set(|settings| settings.poll_wait = time)
    }

    /// Sets how long the body of a message may take to come: 30 seconds.
    pub fn with_body_timeout(self, time: Duration) -> Self {
        self.set(|settings| settings.body_timeout = time)
    }

    /// Sets the type of the event by which a stream begins: `connected`.
    pub fn with_connected_event(self, event_type: EventType<'static>) -> Self {
        self.set(|settings| settings.connected = event_type)
    }

    /// Whether this is a request that is answered with a stream, unless it is refused. For layers around the service that
    /// treat those otherwise, such as `StreamRequests::matching` of `sse_tower`.
    #[must_use]
    pub fn is_stream_request(head: &Parts) -> bool {
        is_stream_request(head)
    }

    /// The session that a request names, by its path, header, last event ID or cookie, if it is that of whoever asks.
    /// Whether there is such a session is not looked at. For layers around the service, such as one that limits the
    /// streams of each user.
    #[must_use]
    pub fn session_address(&self, head: &Parts) -> Option<SessionAddress> {
        let settings = &self.settings;
        let named = Named::read(head, &settings.path, settings.cookie.as_deref()).ok()?;
        let (session, _) = named.session?;
        let identity = (settings.identity)(head);
        Some(SessionAddress::new(&session, identity.as_ref()))
    }
}

impl fmt::Debug for SessionService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService")
            .field("path", &self.settings.path)
            .field("inbox", &self.settings.inbox)
            .finish_non_exhaustive()
    }
}

impl<B> Service<Request<B>> for SessionService
where
    B: Body + Send + 'static,
    B::Data: Send,
{
    type Response = Response<SessionServiceBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let settings = Arc::clone(&self.settings);
        let response = async move { settings.respond(request).await };
        ResponseFuture {
            response: Box::pin(response),
        }
    }
}

/// The answer of a [`SessionService`]. Dropped, a session may have been opened that nobody knows, until it expires.
#[must_use]
pub struct ResponseFuture {
    response: Pin<Box<dyn Future<Output = Response<SessionServiceBody>> + Send>>,
}

impl Future for ResponseFuture {
    type Output = Result<Response<SessionServiceBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.response.as_mut().poll(cx).map(Ok)
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
