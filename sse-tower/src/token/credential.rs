//! What a client shows.

use core::fmt;

/// Where a token was found, in the order in which they are looked for: the first that is there is
/// the only one that counts. In the extensions of a request that the layer has let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenSource {
    /// `Authorization: Bearer` (<https://www.rfc-editor.org/rfc/rfc6750#section-2.1>).
    Authorization,
    /// The cookie of [`with_cookie`](super::TokenLayer::with_cookie).
    Cookie,
    /// A ticket of [`with_tickets`](super::TokenLayer::with_tickets).
    Ticket,
    /// The parameter of [`with_query_parameter`](super::TokenLayer::with_query_parameter).
    Query,
}

/// What a client shows, for a [`TokenValidator`](super::TokenValidator) to judge.
///
/// It is not empty and has only visible ASCII characters. `Debug` does not show it.
#[derive(Clone)]
pub struct Credential {
    text: Box<str>,
    source: TokenSource,
    ticket: Option<TicketUse>,
}

/// A ticket that the store knows, and that may be shown now.
#[derive(Clone)]
struct TicketUse {
    claims: Box<str>,
    is_return: bool,
}

impl Credential {
    pub(super) const fn new(text: Box<str>, source: TokenSource) -> Self {
        Self {
            text,
            source,
            ticket: None,
        }
    }

    pub(super) fn with_ticket(mut self, claims: Box<str>, is_return: bool) -> Self {
        self.ticket = Some(TicketUse { claims, is_return });
        self
    }

    /// The token, or the ticket. Do not log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where it was found.
    #[must_use]
    pub const fn source(&self) -> TokenSource {
        self.source
    }

    /// What a ticket was [issued](super::Tickets::issue) for; `None` for what is no ticket. That it
    /// was issued by this server, has not expired and may be shown is certain here.
    #[must_use]
    pub fn claims(&self) -> Option<&str> {
        self.ticket.as_ref().map(|ticket| &*ticket.claims)
    }

    /// Whether a ticket has opened its stream before, so that this is a reconnection.
    #[must_use]
    pub fn is_return(&self) -> bool {
        self.ticket.as_ref().is_some_and(|ticket| ticket.is_return)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("source", &self.source)
            .field("is_return", &self.is_return())
            .finish_non_exhaustive()
    }
}
