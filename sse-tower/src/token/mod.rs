//! Who may open a stream.
//!
//! [`TokenLayer`] finds the token of a request, has it judged, puts the identity that comes out into
//! the extensions of the request, and ends the stream when the token expires. What a token is, is the
//! business of the [`TokenValidator`], a closure mostly.
//!
//! ```
//! use core::{convert::Infallible, time::Duration};
//! use http::{Request, Response};
//! use sse_tower::token::{Authorized, Credential, TokenLayer, TokenRejected, Tickets};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! #[derive(Clone)]
//! struct User(String);
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let tickets = Tickets::new();
//! let layer = TokenLayer::new(|credential: Credential| async move {
//!     // What a ticket was issued for needs no proof; a token does.
//!     match (credential.claims(), credential.as_str()) {
//!         (Some(user), _) => Ok(Authorized::new(User(user.to_owned()))),
//!         (None, "s3cret") => {
//!             let user = User("alice".to_owned());
//!             Ok(Authorized::new(user).with_expiry_in(Duration::from_secs(600)))
//!         }
//!         (None, _) => Err(TokenRejected::Invalid),
//!     }
//! })
//! .with_cookie("session")
//! .with_tickets(tickets.clone());
//!
//! let service = layer.layer(service_fn(|request: Request<()>| async move {
//!     let User(name) = request.extensions().get().cloned().unwrap();
//!     Ok::<_, Infallible>(Response::new(format!("{name} at {}", request.uri())))
//! }));
//! let request = Request::get("/events").header("authorization", "Bearer s3cret").body(())?;
//! assert_eq!(service.clone().oneshot(request).await?.status(), 200);
//!
//! // For a page of another origin, whose `EventSource` can send no header.
//! let ticket = tickets.issue("alice", Duration::from_secs(300)).await?;
//! let uri = format!("/events?ticket={}", ticket.as_str());
//! let response = service.clone().oneshot(Request::get(&uri).body(())?).await?;
//! assert_eq!(response.status(), 200);
//! # use http_body_util::BodyExt;
//! let body = response.into_body().collect().await?.to_bytes();
//! assert_eq!(body, "alice at /events");
//! // Who finds that URL in a log comes too late.
//! assert_eq!(service.oneshot(Request::get(&uri).body(())?).await?.status(), 401);
//! # Ok(())
//! # }
//! ```
//!
//! With the crate `jsonwebtoken`:
//!
//! ```text
//! let claims = jsonwebtoken::decode::<Claims>(credential.as_str(), &key, &validation)
//!     .map_err(|_| TokenRejected::Invalid)?
//!     .claims;
//! let expires = UNIX_EPOCH + Duration::from_secs(claims.exp);
//! Ok(Authorized::new(User(claims.sub)).with_expiry_time(expires))
//! ```
//!
//! # Where the token is
//!
//! In this order, and the first that is there is the only one that counts: `Authorization: Bearer`, a
//! cookie, a ticket, a query parameter. All but the first are off unless they are asked for. A token
//! that is there and malformed is a rejection, not an absence: one that is empty, too long, has other
//! than visible ASCII characters, or is there twice with different values. Another scheme than `Bearer`
//! is an absence.
//!
//! Ticket and query parameter are taken out of the URI, all else of which stays as it is, byte for
//! byte. The values of `Authorization` and `Cookie` are marked as sensitive, which keeps them out of
//! their `Debug`.
//!
//! # Who may not pass
//!
//! 401 with `WWW-Authenticate: Bearer`; what looks like an `EventSource` gets a stream with one `event:
//! error`. An `EventSource` comes back after that, with the id of that event, which is a reserved
//! one: if it has a valid token by then, it passes, and the service sees the last event ID from
//! before the refusal, if there was one. Else it gets 204, and does not come back. So a page listens
//! for `error` with data, gets a new token or ticket, and opens a new `EventSource` if need be.
//! Clients that send their last event ID in a query parameter are not known when they return: for them
//! there is [`Face::Status`](crate::refusal::Face::Status).
//!
//! When the validator or the store of tickets is away it is 503, or a stream that says when to come
//! back; no ticket is spent.
//!
//! A token that expires ends its stream at the next event boundary with an event `token_expired`
//! without an id, so that the client may resume where it was.
//!
//! # Tickets
//!
//! An `EventSource` keeps its URL when it reconnects, so a ticket in it has to be good for more than
//! one request, and yet whoever sees it later, in the log of a proxy, must not come in by it. So it
//! opens one stream, by `GET`; then only that stream's reconnections may show it, until it expires:
//!
//! - with the cookie that the first response has set, which is another secret. An `EventSource` keeps
//!   it only `withCredentials`, and only where the browser allows it: to pages of other sites with
//!   [`SameSite::None`], and perhaps [`with_partitioned`](ReturnCookie::with_partitioned);
//! - or with a `Last-Event-ID`, which every `EventSource` sends that has got an event with an id.
//!
//! **What remains:** anybody can make up a `Last-Event-ID`. Who has seen the URL can read the stream
//! with it as its owner until the ticket expires, and do nothing else: a ticket is good for `GET` and
//! `HEAD` only. Let tickets expire soon (a page can get a new one), or accept the cookie only:
//! [`Returns::CookieOnly`]. What a `GET` may see besides streams, put on another route than the layer, or
//! look at the [`TokenSource`] in the extensions.
//!
//! A client whose connection breaks before its first response is there, or that a layer further in
//! refuses, has spent its ticket and may have nothing to return with; it is refused then, and the
//! page gets another ticket.
//!
//! Tickets of one process are kept in memory, as hashes. For several nodes, implement [`TicketStore`]
//! on what they share.
//!
//! # Order of layers
//!
//! ```text
//! EventSourceCorsLayer, DrainLayer, TokenLayer, tower_http::trace::TraceLayer,
//! StreamLimitLayer, NegotiateLayer, LastEventIdLayer, EventStreamLayer, service
//! ```
//!
//! - `TraceLayer` goes inside: outside, its span has the URI with the token in it.
//! - CORS goes outside: a preflight has no token, and a page of another origin could not read the
//!   refusal else. So does a drain, which should cost nobody a ticket.
//! - What looks at the last event ID or at the identity goes inside.
//! - With axum, put the layer around the `Router` (`layer.layer(router)`), not into it
//!   (`Router::layer`): a `Router` keeps the URI as it came for its `OriginalUri` before its layers
//!   see it.
//! - What the server itself or a proxy in front logs, no layer changes.
//! - Worn twice, each layer judges. The outer one takes tickets and query parameters away from the inner.
//!
//! `HEAD` is judged as `GET` is, and spends no ticket. Per request the layer costs an allocation or two and
//! what the validator takes; per event it costs nothing.

mod admission;
mod cookies;
mod credential;
mod gate;
mod layer;
mod query;
mod refusals;
mod reserved_id;
mod settings;
mod source;
#[cfg(test)]
mod tests;
mod tickets;
mod validator;

pub use self::{
    credential::{Credential, TokenSource},
    gate::TokenGate,
    layer::TokenLayer,
    tickets::{
        InvalidCookiePath, MemoryTickets, ReturnCookie, Returns, SameSite, SecretHash, StoreFuture,
        StoredTicket, Ticket, TicketError, TicketStore, Tickets,
    },
    validator::{Authorized, TokenRejected, TokenValidator, Validation},
};
