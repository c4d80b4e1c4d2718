//! How a service is set up.

use core::time::Duration;
use std::sync::Arc;

use http::{HeaderValue, request::Parts};
use sse_codec::EventType;

use crate::{
    hub::{Identity, Subscription},
    inbox::Inbox,
    session::{OpenOptions, Sessions},
};

type Asks<T> = Arc<dyn Fn(&Parts) -> T + Send + Sync>;

/// How a service is set up.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) sessions: Sessions,
    pub(super) inbox: Option<Inbox>,
    pub(super) path: Arc<str>,
    pub(super) identity: Asks<Option<Identity>>,
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
