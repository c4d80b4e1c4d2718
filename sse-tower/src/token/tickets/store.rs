//! What keeps tickets.

use core::{fmt, pin::Pin, time::Duration};

use super::{SecretHash, TicketError};

/// An operation of a [`TicketStore`]. Dropped, it is done or not done, never half.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, TicketError>> + Send + 'a>>;

/// What keeps tickets from their issue until they expire, for one process or for all nodes of a
/// service: a table of hashes with a time to live and one compare-and-set.
pub trait TicketStore: fmt::Debug + Send + Sync + 'static {
    /// Keeps a new ticket for so long.
    fn issue(
        &self,
        ticket: SecretHash,
        claims: Box<str>,
        lifetime: Duration,
    ) -> StoreFuture<'_, ()>;

    /// Finds a ticket that has not expired. This does not spend it.
    fn find(&self, ticket: SecretHash) -> StoreFuture<'_, Option<StoredTicket>>;

    /// Spends a ticket that has not expired and is not spent, and keeps the hash of the secret by which
    /// its client may return. Atomic: of all calls for one ticket, on whatever nodes, one returns
    /// `true`.
    fn redeem(&self, ticket: SecretHash, return_secret: SecretHash) -> StoreFuture<'_, bool>;
}

/// A ticket, as a store has it. `Debug` does not show what it is for.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct StoredTicket {
    claims: Box<str>,
    expires_in: Duration,
    return_secret: Option<SecretHash>,
}

impl StoredTicket {
    /// One that is not spent, and expires after so long.
    pub const fn new(claims: Box<str>, expires_in: Duration) -> Self {
        Self {
            claims,
            expires_in,
            return_secret: None,
        }
    }

    /// Sets the hash with which it was spent.
    pub const fn with_return_secret(mut self, secret: SecretHash) -> Self {
        self.return_secret = Some(secret);
        self
    }

    pub(in super::super) const fn is_spent(&self) -> bool {
        self.return_secret.is_some()
    }

    pub(in super::super) const fn expires_in(&self) -> Duration {
        self.expires_in
    }

    pub(in super::super) fn into_claims(self) -> Box<str> {
        self.claims
    }

    pub(super) const fn return_secret(&self) -> Option<&SecretHash> {
        self.return_secret.as_ref()
    }
}

impl fmt::Debug for StoredTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredTicket")
            .field("expires_in", &self.expires_in)
            .field("is_spent", &self.is_spent())
            .finish_non_exhaustive()
    }
}
