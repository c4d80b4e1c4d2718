//! Which session a request is about.

use cookie::Cookie;
use http::{HeaderMap, header, request::Parts};
use sse_codec::{LAST_EVENT_ID, LastEventId};

use crate::session::SessionId;

/// By what a request says which session it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The path or a header, which nobody can write who does not know the session: as good as a CSRF token.
    Name,
    /// The last event ID.
    EventId,
    /// A cookie, which a browser sends whoever asks it to.
    Cookie,
}

/// What a request says of its session.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) session: Option<(SessionId, By)>,
    /// Where its client stands.
    pub(super) after: Option<LastEventId>,
}

/// The path leads nowhere.
#[derive(Debug)]
pub(super) struct NoSuchPath;

/// In which a client may name its session.
const HEADER: &str = "sse-session";

impl Named {
    /// `path` is that of the service, which may have been taken off already.
    pub(super) fn read(
        parts: &Parts,
        path: &str,
        cookie: Option<&str>,
    ) -> Result<Self, NoSuchPath> {
        let in_path = in_path(parts.uri.path(), path)?;
        let (in_id, after) = last_event_id(parts);
        let in_header = parts.headers.get(HEADER).map(|value| {
            let text = value.to_str().map_err(|_| NoSuchPath)?;
            SessionId::try_from(text).map_err(|_| NoSuchPath)
        });
        let named = in_path.or(in_header.transpose()?).map(|id| (id, By::Name));
        let in_cookie = || Some((in_cookie(&parts.headers, cookie?)?, By::Cookie));
        let session = named
            .or_else(|| in_id.map(|id| (id, By::EventId)))
            .or_else(in_cookie);
        Ok(Self { session, after })
    }
}

/// `/`, `/SESSION` and `/SESSION/inbox`.
fn in_path(asked: &str, path: &str) -> Result<Option<SessionId>, NoSuchPath> {
    let below = asked.strip_prefix(path).unwrap_or(asked);
    let below = below.trim_matches('/');
    if below.is_empty() {
        return Ok(None);
    }
    let session = below.strip_suffix("/inbox").unwrap_or(below);
    SessionId::try_from(session)
        .map(Some)
        .map_err(|_| NoSuchPath)
}

/// The session that is told in it, and the rest. The header counts first: on a reconnection the query is still that of
/// the first request.
fn last_event_id(parts: &Parts) -> (Option<SessionId>, Option<LastEventId>) {
    let header = parts.headers.get(&LAST_EVENT_ID);
    let query = || {
        let mut pairs = parts.uri.query()?.split('&');
        pairs.find_map(|pair| pair.strip_prefix("after="))
    };
    let Some(bytes) = header
        .map(http::HeaderValue::as_bytes)
        .or_else(|| query().map(str::as_bytes))
    else {
        return (None, None);
    };
    let (session, cursor) = match bytes.split_at_checked(22) {
        Some((session, [b'.', cursor @ ..])) => {
            let session = core::str::from_utf8(session).ok();
            (
                session.and_then(|text| SessionId::try_from(text).ok()),
                cursor,
            )
        }
        _ => (None, bytes),
    };
    if cursor.is_empty() {
        return (session, None);
    }
    // What can be no id is unknown to the hub, which is a gap; it is not as if there were none.
    let cursor = LastEventId::try_from(cursor).or_else(|_| LastEventId::try_from(&b"?"[..]));
    (session, cursor.ok())
}

fn in_cookie(headers: &HeaderMap, name: &str) -> Option<SessionId> {
    let lines = headers.get_all(header::COOKIE).iter();
    let mut found = lines.filter_map(|line| {
        let text = line.to_str().ok()?;
        let mut cookies = Cookie::split_parse(text).flatten();
        let cookie = cookies.find(|cookie| cookie.name() == name)?;
        SessionId::try_from(cookie.value_trimmed()).ok()
    });
    found.next()
}
