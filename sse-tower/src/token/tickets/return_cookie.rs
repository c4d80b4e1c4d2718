//! The cookie by which a client may show its ticket again.

use core::time::Duration;

use cookie::{Cookie, time};
use http::HeaderValue;

use super::{InvalidCookiePath, SecretHash, ticket::hexadecimal};

/// The cookie that the response to a ticket sets: `HttpOnly`, `Secure`, for as long as the ticket is
/// good (`Max-Age`). Its name has a part of the ticket's hash, so that several streams of one
/// browser do not take it from each other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ReturnCookie {
    path: Option<Box<str>>,
    same_site: SameSite,
    partitioned: bool,
}

/// From pages of which sites the cookie is sent
/// (<https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#samesitesamesite-value>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameSite {
    /// Of any site.
    None,
    /// Of the same site, which other origins of one domain are too. What an `EventSource` asks for is
    /// no navigation, so that is what `Strict` means here as well.
    Lax,
}

impl ReturnCookie {
    /// `sse_ticket_` and 16 digits, `SameSite=None`, without a path: browsers take the folder of the
    /// stream's URL then, as they see it, whatever a proxy makes of it.
    pub const fn new() -> Self {
        Self {
            path: None,
            same_site: SameSite::None,
            partitioned: false,
        }
    }

    /// Sets from pages of which sites it is sent.
    pub const fn with_same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Sets the path.
    ///
    /// # Errors
    ///
    /// [`InvalidCookiePath`], if it does not begin with `/`, or has a semicolon or what is not visible
    /// ASCII.
    pub fn with_path(mut self, path: impl Into<Box<str>>) -> Result<Self, InvalidCookiePath> {
        let path = path.into();
        let allowed = |byte: u8| byte.is_ascii_graphic() && byte != b';';
        if !(path.starts_with('/') && path.bytes().all(allowed)) {
            return Err(InvalidCookiePath);
        }
        self.path = Some(path);
        Ok(self)
    }

    /// Sets whether it is kept apart for each site whose page sets it (`Partitioned`): for pages of other
    /// sites in browsers that send no cookies of third parties else.
    pub const fn with_partitioned(mut self, partitioned: bool) -> Self {
        self.partitioned = partitioned;
        self
    }

    /// The name for this ticket.
    pub(super) fn name(ticket: &SecretHash) -> String {
        format!("sse_ticket_{}", hexadecimal(&ticket.as_bytes()[..8]))
    }

    /// `Set-Cookie`, for a ticket that is good for so long.
    pub(super) fn set(
        &self,
        ticket: &SecretHash,
        secret: &str,
        left: Duration,
    ) -> Option<HeaderValue> {
        let seconds = i64::try_from(left.as_secs()).unwrap_or(i64::MAX);
        let mut cookie = Cookie::build((Self::name(ticket), secret))
            .http_only(true)
            .secure(true)
            .same_site(match self.same_site {
                SameSite::None => cookie::SameSite::None,
                SameSite::Lax => cookie::SameSite::Lax,
            })
            // A `Max-Age` of 0 deletes.
            .max_age(time::Duration::seconds(seconds.max(1)))
            .partitioned(self.partitioned);
        if let Some(path) = &self.path {
            cookie = cookie.path(&**path);
        }
        let mut value = HeaderValue::from_str(&cookie.build().to_string()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl Default for ReturnCookie {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_says_more_than_a_path() {
        let cookie = ReturnCookie::new();
        for path in ["events", "", "/a; Domain=example.com", "/\r\n", "/\u{e9}"] {
            assert_eq!(cookie.clone().with_path(path), Err(InvalidCookiePath));
        }
    }

    #[test]
    fn its_attributes_keep_it_from_scripts_and_from_plain_connections() {
        let ticket = SecretHash::from_bytes([0xab; 32]);
        let text = |cookie: &ReturnCookie, seconds| {
            let value = cookie.set(&ticket, "secret", Duration::from_secs(seconds));
            let value = value.unwrap();
            assert!(value.is_sensitive());
            value.to_str().unwrap().to_owned()
        };
        let cookie = ReturnCookie::new();
        assert_eq!(
            text(&cookie, 60),
            "sse_ticket_abababababababab=secret; HttpOnly; SameSite=None; Secure; Max-Age=60"
        );
        let cookie = cookie
            .with_same_site(SameSite::Lax)
            .with_path("/events")
            .unwrap()
            .with_partitioned(true);
        assert_eq!(
            text(&cookie, 0),
            "sse_ticket_abababababababab=secret; HttpOnly; SameSite=Lax; Partitioned; Secure; \
             Path=/events; Max-Age=1"
        );
    }
}
