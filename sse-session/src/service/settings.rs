//! How a service is set up.

use core::time::Duration;
use std::sync::Arc;

use http::{HeaderValue, request::Parts};
use sse_codec::EventType;

use crate::{
    Channel,
    hub::{Identity, Subscription},
    inbox::Inbox,
    presence::Presence,
    session::{OpenOptions, Sessions},
};

type Identifies = Arc<dyn Fn(&Parts) -> Option<Identity> + Send + Sync>;
type Asks<T> = Arc<dyn Fn(&Parts, Option<&Identity>) -> T + Send + Sync>;

/// How a service is set up.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) sessions: Sessions,
    pub(super) inbox: Option<Inbox>,
    pub(super) path: Arc<str>,
    pub(super) presence: Option<Shown>,
    pub(super) identity: Identifies,
    pub(super) identity_required: bool,
    pub(super) subscription: Asks<Subscription>,
    pub(super) open_options: Asks<OpenOptions>,
    pub(super) origins: Vec<HeaderValue>,
    pub(super) client_ids: bool,
    pub(super) cookie: Option<Arc<str>>,
    pub(super) poll_wait: Duration,
    pub(super) body_timeout: Duration,
    pub(super) connected: EventType<'static>,
}

/// On which channels it is shown who is there, and how it is told.
#[derive(Clone)]
pub(super) struct Shown {
    pub(super) presence: Presence,
    pub(super) on: Arc<dyn Fn(&Channel) -> bool + Send + Sync>,
    pub(super) event_type: EventType<'static>,
}
