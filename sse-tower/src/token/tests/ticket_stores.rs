//! What a store has to keep to.

use core::time::Duration;
use std::error::Error;

use futures_util::future::join_all;
use tokio::time::advance;

use super::*;
use crate::token::{
    MemoryTickets, SecretHash, StoreFuture, StoredTicket, TicketError, TicketStore, Tickets,
};

const LIFETIME: Duration = Duration::from_secs(60);

/// Shows one ticket fifty times at once: exactly one opens a stream.
async fn exactly_one_wins(store: impl TicketStore) -> Result<(), String> {
    let tickets = Tickets::with_store(store);
    let layer = layer().with_tickets(tickets.clone());
    let seen = Seen::default();
    let ticket = tickets.issue("alice", LIFETIME).await.unwrap();
    let uri = format!("/?ticket={}", ticket.as_str());
    let answers = join_all((0..50).map(|_| ask(&layer, &seen, get(&uri, &[])))).await;
    let opened = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 401).count();
    match (opened, refused, seen.count()) {
        (1, 49, 1) => Ok(()),
        other => Err(format!("opened, refused, seen: {other:?}")),
    }
}

/// Looks first, and spends then, as if both went over a network.
#[derive(Debug, Default)]
struct LooksThenSpends {
    inner: MemoryTickets,
    atomic: bool,
    away: bool,
}

impl TicketStore for LooksThenSpends {
    fn issue(
        &self,
        ticket: SecretHash,
        claims: Box<str>,
        lifetime: Duration,
    ) -> StoreFuture<'_, ()> {
        self.inner.issue(ticket, claims, lifetime)
    }

    fn find(&self, ticket: SecretHash) -> StoreFuture<'_, Option<StoredTicket>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            if self.away {
                let source = Box::from("connection refused");
                return Err(TicketError::Unavailable { source });
            }
            self.inner.find(ticket).await
        })
    }

    fn redeem(&self, ticket: SecretHash, return_secret: SecretHash) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let unspent = self
                .inner
                .find(ticket)
                .await?
                .is_some_and(|stored| !stored.is_spent());
            tokio::task::yield_now().await;
            let redeemed = self.inner.redeem(ticket, return_secret).await?;
            Ok(if self.atomic { redeemed } else { unspent })
        })
    }
}

#[tokio::test]
async fn of_all_that_show_a_ticket_at_once_one_wins() {
    exactly_one_wins(MemoryTickets::new()).await.unwrap();
    let (atomic, slow) = (true, LooksThenSpends::default());
    exactly_one_wins(LooksThenSpends { atomic, ..slow })
        .await
        .unwrap();
}

/// The negative control.
#[tokio::test]
async fn a_store_that_spends_in_two_steps_is_found() {
    let racy = LooksThenSpends::default();
    assert!(exactly_one_wins(racy).await.is_err());
}

#[tokio::test]
async fn a_store_that_is_away_is_no_rejection() {
    let away = LooksThenSpends {
        away: true,
        ..LooksThenSpends::default()
    };
    let tickets = Tickets::with_store(away);
    let layer = layer().with_tickets(tickets);
    let answer = ask(&layer, &Seen::default(), get("/?ticket=x", &[])).await;
    assert_eq!(answer.status, 503);
}

#[tokio::test(start_paused = true)]
async fn there_is_room_again_when_tickets_expire() {
    let tickets = Tickets::with_store(MemoryTickets::new().with_max_tickets(2));
    let first = tickets.issue("alice", LIFETIME).await.unwrap();
    tickets.issue("alice", LIFETIME * 2).await.unwrap();
    // A spent one takes its room until it expires, or it could be shown again.
    let layer = layer().with_tickets(tickets.clone());
    let uri = format!("/?ticket={}", first.as_str());
    assert_eq!(
        ask(&layer, &Seen::default(), get(&uri, &[])).await.status,
        200
    );
    let full = tickets.issue("alice", LIFETIME).await;
    assert!(matches!(full, Err(TicketError::Full { max_tickets: 2 })));
    advance(LIFETIME).await;
    tickets.issue("alice", LIFETIME).await.unwrap();
    let full = tickets.issue("alice", LIFETIME).await;
    assert!(matches!(full, Err(TicketError::Full { max_tickets: 2 })));
}

#[tokio::test(start_paused = true)]
async fn what_has_expired_is_neither_found_nor_spent() {
    let store = MemoryTickets::new();
    let hash = |byte| SecretHash::from_bytes([byte; 32]);
    store
        .issue(hash(1), "alice".into(), LIFETIME)
        .await
        .unwrap();
    advance(LIFETIME - Duration::from_secs(1)).await;
    let stored = StoredTicket::new("alice".into(), Duration::from_secs(1));
    assert_eq!(store.find(hash(1)).await.unwrap(), Some(stored.clone()));
    assert!(store.redeem(hash(1), hash(9)).await.unwrap());
    assert!(!store.redeem(hash(1), hash(8)).await.unwrap());
    let spent = stored.with_return_secret(hash(9));
    assert_eq!(store.find(hash(1)).await.unwrap(), Some(spent));
    store
        .issue(hash(2), "bob".into(), Duration::from_secs(1))
        .await
        .unwrap();
    advance(Duration::from_secs(1)).await;
    for ticket in [hash(1), hash(2)] {
        assert_eq!(store.find(ticket).await.unwrap(), None);
        assert!(!store.redeem(ticket, hash(7)).await.unwrap());
    }
}

#[tokio::test]
async fn claims_are_bounded() {
    let tickets = Tickets::new().with_max_claims_bytes(4);
    assert!(tickets.issue("1234", LIFETIME).await.is_ok());
    let error = tickets.issue("12345", LIFETIME).await.unwrap_err();
    assert!(matches!(error, TicketError::ClaimsTooLong { max_bytes: 4 }));
    assert!(error.source().is_none());
}
