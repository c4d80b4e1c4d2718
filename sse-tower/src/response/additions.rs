//! Which additions a response gets: the settings, less what a layer inside has done already,
//! with what its handler wants otherwise.

use bytes::{Bytes, BytesMut};
use http::Response;

use super::{body::StreamBody, overrides::StreamOverrides};
use crate::{
    anti_buffering::{AntiBuffering, remove_body_metadata, set_headers},
    keep_alive::KeepAlive,
    media_type::is_plain_event_stream,
    retry::Retry,
};

/// What a layer does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(super) keep_alive: Option<KeepAlive>,
    pub(super) retry: Option<Retry>,
    pub(super) anti_buffering: Option<AntiBuffering>,
}

/// What matters of the request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) head: bool,
    pub(super) http2: bool,
}

/// In the extensions of a response: what was done, so that it is not done again further out.
#[derive(Debug, Clone, Copy, Default)]
struct Done {
    keep_alive: bool,
    retry: bool,
    anti_buffering: bool,
}

/// What is sent besides the inner body.
#[derive(Debug)]
pub(super) struct Additions {
    /// First on the stream.
    pub(super) prefix: Bytes,
    pub(super) keep_alive: Option<KeepAlive>,
}

pub(super) fn add_to<B>(
    response: Response<B>,
    settings: &Settings,
    asked: Asked,
) -> Response<StreamBody<B>> {
    let (mut parts, body) = response.into_parts();
    if !is_plain_event_stream(parts.status, &parts.headers) {
        return Response::from_parts(parts, StreamBody::untouched(body));
    }
    let mut done = parts.extensions.get::<Done>().copied().unwrap_or_default();
    let none = StreamOverrides::new();
    let overrides = parts.extensions.get::<StreamOverrides>().unwrap_or(&none);

    let keep_alive = overrides
        .keep_alive(settings.keep_alive.clone())
        .filter(|_| !done.keep_alive);
    let retry = overrides.retry(settings.retry).filter(|_| !done.retry);
    let anti_buffering = settings
        .anti_buffering
        .as_ref()
        .filter(|_| !done.anti_buffering);
    let padding = anti_buffering
        .filter(|_| overrides.pads())
        .map(AntiBuffering::padding)
        .unwrap_or_default();

    if anti_buffering.is_some() {
        set_headers(&mut parts.headers, asked.http2);
    }
    done.keep_alive |= settings.keep_alive.is_some();
    done.retry |= settings.retry.is_some();
    done.anti_buffering |= settings.anti_buffering.is_some();
    parts.extensions.insert(done);

    let prefix = prefix(retry, padding);
    if keep_alive.is_none() && prefix.is_empty() {
        return Response::from_parts(parts, StreamBody::untouched(body));
    }
    remove_body_metadata(&mut parts.headers);
    if asked.head {
        return Response::from_parts(parts, StreamBody::untouched(body));
    }
    Response::from_parts(
        parts,
        StreamBody::with_additions(body, Additions { prefix, keep_alive }),
    )
}

/// The reconnection time, and behind it the padding.
fn prefix(retry: Option<Retry>, padding: Bytes) -> Bytes {
    match retry.map(|retry| retry.draw()) {
        None => padding,
        Some(retry) if padding.is_empty() => retry,
        Some(retry) => {
            let mut both = BytesMut::with_capacity(retry.len() + padding.len());
            both.extend_from_slice(&retry);
            both.extend_from_slice(&padding);
            both.freeze()
        }
    }
}
