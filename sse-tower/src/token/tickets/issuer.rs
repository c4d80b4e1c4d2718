//! What issues tickets, and spends them.

use core::time::Duration;
use std::sync::Arc;

use http::HeaderValue;

use super::{
    MemoryTickets, ReturnCookie, Returns, SecretHash, ShownTicket, StoredTicket, Ticket,
    TicketError, TicketStore, ticket::random_text,
};

/// Issues tickets, and is given to the [`TokenLayer`](crate::token::TokenLayer) that takes them. Clones
/// share the store.
#[derive(Debug, Clone)]
#[must_use]
pub struct Tickets {
    store: Arc<dyn TicketStore>,
    settings: Arc<Settings>,
}

#[derive(Debug, Clone)]
struct Settings {
    parameter: Box<str>,
    max_claims_bytes: usize,
    returns: Returns,
    return_cookie: ReturnCookie,
}

impl Tickets {
    /// Tickets of one process, in the query parameter `ticket`.
    pub fn new() -> Self {
        Self::with_store(MemoryTickets::new())
    }

    /// Tickets in this store.
    pub fn with_store(store: impl TicketStore) -> Self {
        let settings = Settings {
            parameter: "ticket".into(),
            max_claims_bytes: 4096,
            returns: Returns::default(),
            return_cookie: ReturnCookie::new(),
        };
        Self {
            store: Arc::new(store),
            settings: Arc::new(settings),
        }
    }

    /// Sets the name of the query parameter.
    pub fn with_parameter(mut self, name: impl Into<Box<str>>) -> Self {
        self.change().parameter = name.into();
        self
    }

    /// Sets how long the claims of a ticket may be, in bytes: 4 KiB.
    pub fn with_max_claims_bytes(mut self, bytes: usize) -> Self {
        self.change().max_claims_bytes = bytes;
        self
    }

    /// Sets what a client that shows a spent ticket has to show with it.
    pub fn with_returns(mut self, returns: Returns) -> Self {
        self.change().returns = returns;
        self
    }

    /// Sets the cookie by which a client may return.
    pub fn with_return_cookie(mut self, cookie: ReturnCookie) -> Self {
        self.change().return_cookie = cookie;
        self
    }

    /// Makes a ticket for a client that has shown who it is. `claims` is for the validator
    /// ([`Credential::claims`](crate::token::Credential::claims)): who that is, and what it may see.
    /// It is kept as it is, so it should be no token. After `lifetime` the ticket neither opens its
    /// stream nor lets it return; a stream that is open stays open.
    ///
    /// # Errors
    ///
    /// [`TicketError`]; no ticket was made then that anybody has.
    pub async fn issue(
        &self,
        claims: impl Into<Box<str>>,
        lifetime: Duration,
    ) -> Result<Ticket, TicketError> {
        let claims = claims.into();
        let max_bytes = self.settings.max_claims_bytes;
        if claims.len() > max_bytes {
            return Err(TicketError::ClaimsTooLong { max_bytes });
        }
        let ticket = Ticket::draw()?;
        let hash = SecretHash::of(ticket.as_str());
        self.store.issue(hash, claims, lifetime).await?;
        Ok(ticket)
    }

    pub(in super::super) fn parameter(&self) -> &str {
        &self.settings.parameter
    }

    pub(in super::super) async fn find(
        &self,
        ticket: &ShownTicket,
    ) -> Result<Option<StoredTicket>, TicketError> {
        self.store.find(ticket.hash).await
    }

    pub(in super::super) fn may_return(&self, shown: &ShownTicket, stored: &StoredTicket) -> bool {
        self.settings.returns.allow(shown, stored)
    }

    /// Spends it, unless somebody else has. Returns the cookie by which its client may return.
    pub(in super::super) async fn spend(
        &self,
        ticket: &ShownTicket,
        left: Duration,
    ) -> Result<Option<HeaderValue>, TicketError> {
        let secret = random_text()?;
        let redeemed = self
            .store
            .redeem(ticket.hash, SecretHash::of(&secret))
            .await?;
        let cookie = || self.settings.return_cookie.set(&ticket.hash, &secret, left);
        Ok(redeemed.then(cookie).flatten())
    }

    fn change(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.settings)
    }
}

impl Default for Tickets {
    fn default() -> Self {
        Self::new()
    }
}
