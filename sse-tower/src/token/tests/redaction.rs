//! No token in what is printed for debugging.

use core::time::Duration;

use super::*;
use crate::token::{MemoryTickets, SecretHash, StoredTicket, TicketStore, Tickets};

const SECRET: &str = "alice-secret";

#[tokio::test]
async fn nothing_prints_a_token() {
    let tickets = Tickets::new();
    let ticket = tickets
        .issue(SECRET, Duration::from_secs(60))
        .await
        .unwrap();
    let store = MemoryTickets::new();
    let hash = SecretHash::from_bytes([0xab; 32]);
    store
        .issue(hash, SECRET.into(), Duration::from_secs(60))
        .await
        .unwrap();
    let layer = TokenLayer::new(|credential: Credential| async move {
        assert_eq!(credential.as_str(), SECRET);
        let printed = format!("{credential:?}");
        assert_eq!(
            printed,
            "Credential { source: Authorization, is_return: false, .. }"
        );
        Ok(Authorized::new(User(SECRET.into())))
    })
    .with_tickets(tickets.clone());
    let bearer = format!("Bearer {SECRET}");
    let call = layer
        .layer(Seen::default().service())
        .call(get("/", &[("authorization", &*bearer)]));
    let stored = StoredTicket::new(SECRET.into(), Duration::ZERO).with_return_secret(hash);
    let printed = format!(
        "{ticket:?} {tickets:?} {store:?} {hash:?} {stored:?} {layer:?} {call:?} {:?}",
        Authorized::new(SECRET)
    );
    for secret in [SECRET, ticket.as_str(), "171", "abab"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains("tickets: 1"));
    call.await.unwrap();
}
