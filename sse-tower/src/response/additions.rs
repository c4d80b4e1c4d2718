//! Which additions a response gets: the settings, less what a layer inside has done already,
//! with what its handler wants otherwise.

use bytes::Bytes;
use http::Response;
use tokio::time::Instant;

use super::{body::StreamBody, live::Live, overrides::StreamOverrides};
use crate::{
    anti_buffering::{AntiBuffering, remove_body_metadata, set_headers},
    error_event::ErrorEvent,
    keep_alive::KeepAlive,
    lifetime::Lifetime,
    media_type::{is_event_stream_response, is_plain_event_stream},
    observe::{ObservedRequest, Observers},
    request::Asked,
    retry::Retry,
    stream::StreamHandle,
};

/// What a layer does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(super) keep_alive: Option<KeepAlive>,
    pub(super) retry: Option<Retry>,
    pub(super) anti_buffering: Option<AntiBuffering>,
    pub(super) lifetime: Option<Lifetime>,
    pub(super) error_event: Option<ErrorEvent>,
    pub(super) observers: Observers,
}

/// In the extensions of a response: what was done, so that it is not done again further out.
#[derive(Debug, Clone, Copy, Default)]
struct Done {
    keep_alive: bool,
    retry: bool,
    anti_buffering: bool,
    lifetime: bool,
    error_event: bool,
}

/// What is sent besides the inner body.
#[derive(Debug, Default)]
pub(super) struct Additions {
    /// First on the stream.
    pub(super) prefix: Bytes,
    pub(super) keep_alive: Option<KeepAlive>,
    /// Instead of an error.
    pub(super) error_event: Option<Bytes>,
}

impl Additions {
    const fn is_empty(&self) -> bool {
        self.prefix.is_empty() && self.keep_alive.is_none() && self.error_event.is_none()
    }
}

/// `observed` is set if there are observers.
pub(super) fn add_to<B>(
    response: Response<B>,
    settings: &Settings,
    asked: Asked,
    observed: Option<&ObservedRequest>,
) -> Response<StreamBody<B>> {
    let mut response = if is_plain_event_stream(response.status(), response.headers()) {
        add_to_plain(response, settings, asked)
    } else if observed.is_some() {
        watched(response, asked)
    } else {
        response.map(StreamBody::untouched)
    };
    if let Some(request) = observed.filter(|_| !asked.head) {
        settings
            .observers
            .observe(request, response.extensions_mut());
    }
    response
}

fn add_to_plain<B>(
    mut response: Response<B>,
    settings: &Settings,
    asked: Asked,
) -> Response<StreamBody<B>> {
    let extensions = response.extensions_mut();
    let mut done = extensions.get::<Done>().copied().unwrap_or_default();
    let none = StreamOverrides::new();
    let overrides = extensions.get::<StreamOverrides>().unwrap_or(&none);

    let keep_alive = overrides
        .keep_alive(settings.keep_alive.clone())
        .filter(|_| !done.keep_alive);
    let retry = overrides.retry(settings.retry).filter(|_| !done.retry);
    let lifetime = overrides
        .lifetime(settings.lifetime.clone())
        .filter(|_| !done.lifetime);
    let error_event = settings
        .error_event
        .as_ref()
        .filter(|_| !done.error_event)
        .map(ErrorEvent::bytes);
    let anti_buffering = settings
        .anti_buffering
        .as_ref()
        .filter(|_| !done.anti_buffering);
    let padding = anti_buffering
        .filter(|_| overrides.pads())
        .map(AntiBuffering::padding)
        .unwrap_or_default();

    done.keep_alive |= settings.keep_alive.is_some();
    done.retry |= settings.retry.is_some();
    done.anti_buffering |= settings.anti_buffering.is_some();
    done.lifetime |= settings.lifetime.is_some();
    done.error_event |= settings.error_event.is_some();
    extensions.insert(done);

    if anti_buffering.is_some() {
        set_headers(response.headers_mut(), asked.http2);
    }
    let additions = Additions {
        prefix: Retry::draw_before(retry, padding),
        keep_alive,
        error_event,
    };
    let watches = lifetime.is_some() || !settings.observers.is_empty();
    // A server would make a `Content-Length` of an exact size hint.
    let is_as_it_was = additions.is_empty() && anti_buffering.is_none();
    if is_as_it_was && !watches && !asked.head {
        return response.map(StreamBody::untouched);
    }
    let response = watch(response, additions, asked);
    if let (Some(lifetime), Some(handle)) = (lifetime, response.extensions().get::<StreamHandle>())
    {
        lifetime.limit(handle, Instant::now());
    }
    response
}

/// Watches an event stream: its [`StreamHandle`] is in the extensions of its response from here on.
pub(crate) fn watched<B>(response: Response<B>, asked: Asked) -> Response<StreamBody<B>> {
    watch(response, Additions::default(), asked)
}

fn watch<B>(
    mut response: Response<B>,
    additions: Additions,
    asked: Asked,
) -> Response<StreamBody<B>> {
    if !is_event_stream_response(response.status(), response.headers()) {
        return response.map(StreamBody::untouched);
    }
    let plain = is_plain_event_stream(response.status(), response.headers());
    // One that is closed is of a body that somebody has put another one in the place of.
    let handle = response.extensions().get::<StreamHandle>();
    let watched_inside = handle.is_some_and(|handle| !handle.is_closed());
    if watched_inside && additions.is_empty() {
        return response.map(StreamBody::untouched);
    }
    remove_body_metadata(response.headers_mut());
    if asked.head {
        return response.map(|_| StreamBody::head());
    }
    let handle = (!watched_inside).then(StreamHandle::new);
    if let Some(handle) = handle.clone() {
        response.extensions_mut().insert(handle);
    }
    response.map(|body| StreamBody::live(body, Live::new(additions, handle, plain)))
}
