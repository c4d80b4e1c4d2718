//! Where tokens are found.

use http::{HeaderMap, HeaderName, Method, header, request::Parts};

use super::{
    TokenSource, cookies, query,
    tickets::{ShownTicket, Tickets},
};

/// It is there, but cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// What may be there, or be there and malformed.
pub(super) type Sought<T> = Option<Result<T, Malformed>>;

/// Where to look, and how much to take.
#[derive(Debug, Clone)]
pub(super) struct Sources {
    pub(super) cookie: Option<Box<str>>,
    pub(super) tickets: Option<Tickets>,
    pub(super) query_parameter: Option<Box<str>>,
    pub(super) max_bytes: usize,
}

/// A token that was found.
pub(super) struct Shown {
    pub(super) text: Box<str>,
    pub(super) source: TokenSource,
    pub(super) ticket: Option<ShownTicket>,
}

impl Sources {
    /// Finds the token, and leaves nothing in the request that a log would show. `resumes`: the client
    /// has got an event that was not a refusal.
    pub(super) fn take(&self, head: &mut Parts, resumes: bool) -> Sought<Shown> {
        let ticket = self
            .tickets
            .as_ref()
            .and_then(|tickets| query::take_parameter(&mut head.uri, tickets.parameter()));
        let parameter = self
            .query_parameter
            .as_ref()
            .and_then(|name| query::take_parameter(&mut head.uri, name));
        for name in [
            header::AUTHORIZATION,
            header::PROXY_AUTHORIZATION,
            header::COOKIE,
        ] {
            mark_sensitive(&mut head.headers, &name);
        }

        let found = |source| move |found| (source, found);
        let cookie = || cookies::find(&head.headers, self.cookie.as_deref()?);
        let (source, text) = bearer(&head.headers)
            .map(found(TokenSource::Authorization))
            .or_else(|| cookie().map(found(TokenSource::Cookie)))
            .or_else(|| ticket.map(found(TokenSource::Ticket)))
            .or_else(|| parameter.map(found(TokenSource::Query)))?;
        Some(text.and_then(|text| self.check(text, source, head, resumes)))
    }

    fn check(
        &self,
        text: String,
        source: TokenSource,
        head: &Parts,
        resumes: bool,
    ) -> Result<Shown, Malformed> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        let fits = !text.is_empty() && text.len() <= self.max_bytes;
        // A ticket opens a stream and does nothing else.
        let allowed =
            source != TokenSource::Ticket || matches!(head.method, Method::GET | Method::HEAD);
        if !(visible && fits && allowed) {
            return Err(Malformed);
        }
        let ticket = (source == TokenSource::Ticket)
            .then(|| ShownTicket::new(&text, &head.headers, resumes));
        Ok(Shown {
            text: text.into(),
            source,
            ticket,
        })
    }
}

/// The token of `Authorization: Bearer`. Another scheme is none.
fn bearer(headers: &HeaderMap) -> Sought<String> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?.as_bytes().trim_ascii();
    if values.next().is_some() {
        return Some(Err(Malformed));
    }
    let end = value.iter().position(u8::is_ascii_whitespace);
    let (scheme, token) = value.split_at(end.unwrap_or(value.len()));
    // https://www.rfc-editor.org/rfc/rfc9110#section-11.1: the case does not matter.
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return None;
    }
    let spaces = token.iter().take_while(|byte| **byte == b' ').count();
    let token = core::str::from_utf8(&token[spaces..]).map_err(|_| Malformed);
    Some(token.and_then(|token| is_token68(token).then(|| token.to_owned()).ok_or(Malformed)))
}

/// <https://www.rfc-editor.org/rfc/rfc9110#section-11.2>
fn is_token68(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

fn mark_sensitive(headers: &mut HeaderMap, name: &HeaderName) {
    if let header::Entry::Occupied(mut values) = headers.entry(name) {
        for value in values.iter_mut() {
            value.set_sensitive(true);
        }
    }
}
