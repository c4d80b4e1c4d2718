//! Tickets of one process.

use core::{cmp::Reverse, fmt, future::ready, time::Duration};
use std::collections::{BinaryHeap, HashMap};

use parking_lot::Mutex;
use tokio::time::Instant;

use super::{SecretHash, StoreFuture, StoredTicket, TicketError, TicketStore};
use crate::response::after;

/// The tickets of one process. Those that have expired are swept when a new one is issued.
pub struct MemoryTickets {
    max_tickets: usize,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    tickets: HashMap<SecretHash, Entry>,
    /// Of each ticket, when it expires; the first is next.
    expiries: BinaryHeap<Reverse<(Instant, SecretHash)>>,
}

struct Entry {
    claims: Box<str>,
    expires: Instant,
    return_secret: Option<SecretHash>,
}

impl MemoryTickets {
    /// For up to 65,536 tickets that have not expired, spent or not.
    #[must_use]
    pub fn new() -> Self {
        Self {
            max_tickets: 65_536,
            table: Mutex::default(),
        }
    }

    /// Sets how many there may be. When there are as many, none is issued: [`TicketError::Full`].
    #[must_use]
    pub const fn with_max_tickets(mut self, tickets: usize) -> Self {
        self.max_tickets = tickets;
        self
    }

    fn insert(
        &self,
        ticket: SecretHash,
        claims: Box<str>,
        lifetime: Duration,
    ) -> Result<(), TicketError> {
        let now = Instant::now();
        let mut table = self.table.lock();
        table.sweep(now);
        if table.tickets.len() >= self.max_tickets {
            return Err(TicketError::Full {
                max_tickets: self.max_tickets,
            });
        }
        let expires = after(now, lifetime);
        let entry = Entry {
            claims,
            expires,
            return_secret: None,
        };
        table.tickets.insert(ticket, entry);
        table.expiries.push(Reverse((expires, ticket)));
        Ok(())
    }

    fn get(&self, ticket: SecretHash) -> Option<StoredTicket> {
        let table = self.table.lock();
        let entry = table.tickets.get(&ticket)?;
        let left = entry.left()?;
        let stored = StoredTicket::new(entry.claims.clone(), left);
        Some(match entry.return_secret {
            Some(secret) => stored.with_return_secret(secret),
            None => stored,
        })
    }

    fn spend(&self, ticket: SecretHash, return_secret: SecretHash) -> bool {
        let mut table = self.table.lock();
        let entry = table.tickets.get_mut(&ticket);
        let unspent = |entry: &&mut Entry| entry.return_secret.is_none() && entry.left().is_some();
        match entry.filter(unspent) {
            Some(entry) => {
                entry.return_secret = Some(return_secret);
                true
            }
            None => false,
        }
    }
}

impl Entry {
    /// For how long it is still good.
    fn left(&self) -> Option<Duration> {
        self.expires
            .checked_duration_since(Instant::now())
            .filter(|left| !left.is_zero())
    }
}

impl Table {
    fn sweep(&mut self, now: Instant) {
        while let Some(Reverse((expires, ticket))) = self.expiries.peek() {
            if *expires > now {
                return;
            }
            self.tickets.remove(ticket);
            self.expiries.pop();
        }
    }
}

impl TicketStore for MemoryTickets {
    fn issue(
        &self,
        ticket: SecretHash,
        claims: Box<str>,
        lifetime: Duration,
    ) -> StoreFuture<'_, ()> {
        Box::pin(ready(self.insert(ticket, claims, lifetime)))
    }

    fn find(&self, ticket: SecretHash) -> StoreFuture<'_, Option<StoredTicket>> {
        Box::pin(ready(Ok(self.get(ticket))))
    }

    fn redeem(&self, ticket: SecretHash, return_secret: SecretHash) -> StoreFuture<'_, bool> {
        Box::pin(ready(Ok(self.spend(ticket, return_secret))))
    }
}

impl Default for MemoryTickets {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryTickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTickets")
            .field("max_tickets", &self.max_tickets)
            .field("tickets", &self.table.lock().tickets.len())
            .finish_non_exhaustive()
    }
}
