//! Who may show a ticket again.

use http::HeaderMap;

use super::{ReturnCookie, SecretHash, StoredTicket};
use crate::token::cookies;

/// What a client that shows a spent ticket has to show with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Returns {
    /// The cookie that was set when the ticket was spent, or a `Last-Event-ID`. Anybody can make up the
    /// latter, so this keeps out who follows a link, but not who attacks.
    #[default]
    CookieOrLastEventId,
    /// The cookie. An `EventSource` keeps it only `withCredentials`.
    CookieOnly,
}

/// A ticket that a client shows, and with what.
pub(in super::super) struct ShownTicket {
    pub(super) hash: SecretHash,
    return_secret: Option<SecretHash>,
    resumes: bool,
}

impl ShownTicket {
    pub(in super::super) fn new(text: &str, headers: &HeaderMap, resumes: bool) -> Self {
        let hash = SecretHash::of(text);
        let cookie = cookies::find(headers, &ReturnCookie::name(&hash));
        let secret = cookie.and_then(Result::ok);
        Self {
            hash,
            return_secret: secret.map(|secret| SecretHash::of(&secret)),
            resumes,
        }
    }
}

impl Returns {
    /// Hashes are compared, so the time it takes tells nothing about a secret.
    pub(super) fn allow(self, shown: &ShownTicket, stored: &StoredTicket) -> bool {
        let has_cookie =
            shown.return_secret.is_some() && shown.return_secret.as_ref() == stored.return_secret();
        match self {
            Self::CookieOnly => has_cookie,
            Self::CookieOrLastEventId => has_cookie || shown.resumes,
        }
    }
}
