//! Who the clients are.

use core::time::Duration;

use sse_tower::token::{Authorized, Credential, Tickets, TokenLayer, TokenRejected};

/// The identity of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User(pub(crate) String);

impl AsRef<str> for User {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// A ticket is for whom it was issued; the cookies `alice` and `bob` need no proof here.
pub(crate) async fn anybody(credential: Credential) -> Result<Authorized<User>, TokenRejected> {
    let name = match (credential.claims(), credential.as_str()) {
        (Some(name), _) => name,
        (None, name @ ("alice" | "bob")) => name,
        (None, _) => return Err(TokenRejected::Invalid),
    };
    Ok(Authorized::new(User(name.to_owned())))
}

/// Asks for the cookie `session` or one of these tickets.
pub(crate) fn tokens(tickets: &Tickets) -> TokenLayer<User> {
    TokenLayer::new(anybody)
        .with_cookie("session")
        .with_tickets(tickets.clone())
}

/// The path with a new ticket for alice.
pub(crate) async fn with_ticket(path: &str, tickets: &Tickets) -> String {
    let ticket = tickets.issue("alice", Duration::from_secs(600));
    format!("{path}?ticket={}", ticket.await.unwrap().as_str())
}
