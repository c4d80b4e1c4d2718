//! A Tower service that is a whole transport on one route: a stream down, messages up, long polling where nothing
//! streams.
//!
//! ```
//! use http::{Request, StatusCode};
//! use sse_session::{
//!     hub::Hub,
//!     inbox::{Inbox, handler_fn},
//!     memory::MemoryStore,
//!     service::SessionService,
//!     session::Sessions,
//! };
//! use tower_service::Service;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hub = Hub::builder(MemoryStore::new()).build()?;
//! let sessions = Sessions::builder(&hub).build()?;
//! let inbox = Inbox::at_receiver(&sessions, handler_fn(|_message| async { Ok(()) })).build()?;
//! let mut service = SessionService::new(&sessions, "/session").with_inbox(&inbox);
//!
//! let request = Request::post("/session").body(String::new())?;
//! let answer = service.call(request).await?;
//! assert_eq!(answer.status(), StatusCode::CREATED);
//!
//! let request = Request::get("/session").body(String::new())?;
//! let answer = service.call(request).await?;
//! assert_eq!(answer.headers()["content-type"], "text/event-stream");
//! # Ok(())
//! # }
//! ```
//!
//! # Requests
//!
//! `/session` stands for the path that was chosen, `ID` for a session.
//!
//! | request | answer |
//! |---|---|
//! | `POST /session` | 201: a session, `{"session":"ID","stream":"/session/ID","inbox":"/session/ID/inbox"}` |
//! | `GET /session/ID` | its stream; from `Last-Event-ID` or `?after=` on |
//! | `GET /session` | a session that is new, or by its cookie or last event ID the same as before, and its stream |
//! | `POST /session/ID/inbox` or `/session/ID` | 202: a message, `{"duplicate":false}`; with `Idempotency-Key`, once |
//! | `DELETE /session/ID` | 204: closed |
//! | `GET` with `Accept: application/json` | what there is after `?after=`, at once or within 25 s: `{"session":"ID",…,"events":[{"event":"message","data":"…"}],"cursor":"…"}` |
//! | `HEAD` | 200, and nothing is opened |
//!
//! A session may be named in the header `Sse-Session` too. A stream begins with the event `connected`, whose data are as
//! those of `POST /session`, and whether it was there before (`"resumed":true`).
//!
//! An `EventSource` comes back to the same URL and can set no header. If it was opened without a session, it finds its own
//! by the ids of its events, before which the session is written (`ID.…`), or, [if that is wanted](SessionService::with_cookie), by a cookie.
//!
//! # Presence
//!
//! [With presence](SessionService::with_presence) a session is shown on channels of its stream as long as that, or a poll, is
//! open, and each stream is told who is there: first all, then who has come and gone, in events without an id. Users
//! are named by the keys of their identities, each once whatever the number of their sessions, and only as long as all
//! sessions of the channel are [listed](crate::presence::PresenceView::is_complete).
//!
//! ```text
//! event: presence
//! data: {"channel":"room/tea","users":1,"sessions":2,"present":["alice"]}
//!
//! event: presence
//! data: {"channel":"room/tea","users":2,"sessions":3,"joined":["bob"],"left":[]}
//! ```
//!
//! Whoever may not have the channel, or not any more, is neither shown nor told. Answers to polls do not tell it.
//!
//! # Around it
//!
//! The layers of `sse_tower` go around the service: its response is an event stream like any other. They are to take those
//! requests for streams that the service does: `StreamRequests::matching(SessionService::is_stream_request)`.
//! `examples/session_server.rs` of the repository is a whole server on one page.
//!
//! # Refusals
//!
//! JSON, `{"error":"…"}`:
//!
//! | status | when |
//! |---|---|
//! | 204 | a stream of a session that was superseded or closed: an `EventSource` does not come back |
//! | 400 | `idempotency-key`, `body`, `channels` |
//! | 401, 403 | `identity` is missing; `forbidden` channel; `foreign-origin` |
//! | 404 | `no-session`, of this identity; `no-such-path`; `no-inbox` |
//! | 405, 406, 408 | `method`; `accept`; `timeout` of the body |
//! | 409 | `in-progress`: a message with the same key is being handled |
//! | 413, 415 | `too-large`; `content-type` is none of JSON, plain text and octets, or there is a `Content-Encoding` |
//! | 422, or another one from 400 to 499 | what the handler [says is wrong](crate::inbox::MessageRefusal) |
//! | 429 | `full`, `rate`; with `Retry-After` |
//! | 500, 503 | `not-handled`, `internal`; `unavailable`, with `Retry-After` |
//!
//! A stream that is refused has opened no session, so it has superseded none.
//!
//! An `EventSource` would never come back after a status that is not 200. What passes soon it is told by a stream that has a
//! reconnection time and ends.
//!
//! # Other sites' requests
//!
//! A page of another site can make a visitor's browser send a request, with the visitor's cookies. A request that
//! **names** its session, in the path or in `Sse-Session`, proves that whoever has made it knows 128 random bits: the id is
//! the CSRF token, and cookies do not matter. One that does not (a session in a cookie, or none yet) has to come
//! from the service's own origin or from an [allowed one](SessionService::with_allowed_origins), by `Sec-Fetch-Site` and
//! `Origin`; a browser too old for both can change nothing with a cookie alone. Else it is 403.
//!
//! Ids in paths end up in the logs of proxies. Where those are not trusted, use the header, and identities: another
//! identity's id leads nowhere.
//!
//! # Identity
//!
//! Who asks is what [a function](SessionService::with_identity) finds in the request, such as what `sse_tower`'s
//! `TokenLayer` has left in its extensions. A session is bound to it.
//!
//! # Parts
//!
//! All that the service does is done by [`Sessions`](crate::session::Sessions), [`Inbox`](crate::inbox::Inbox) and the
//! [`SessionBody`](crate::session::SessionBody): whoever wants it otherwise calls those.

mod body;
mod named;
mod origin;
mod poll;
mod presence;
mod read_body;
mod refused;
mod respond;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod service;
mod settings;

pub use self::{
    body::SessionServiceBody,
    service::{ResponseFuture, SessionService},
};
