//! Messages from clients to the server, by POST, while their streams go the other way: the other half of a
//! fallback for networks that let no WebSocket through.
//!
//! A message is for its session, and it is taken on any node: which one has the session's stream does not matter.
//! [`Inbox::push`] takes it; an [`InboxHandler`] handles it, and answers by
//! [publishing to the session](crate::session::Sessions::publish). Over HTTP, both ways are one route in
//! `sse_session::service` (feature `service`).
//!
//! ```
//! use bytes::Bytes;
//! use sse_codec::Event;
//! use sse_session::{
//!     hub::{Hub, Subscription},
//!     inbox::{ClientKey, Inbox, Message, ReceivedMessage, handler_fn},
//!     memory::MemoryStore,
//!     session::{OpenOptions, Sessions},
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hub = Hub::builder(MemoryStore::new()).build()?;
//! let sessions = Sessions::builder(&hub).build()?;
//! let answering = sessions.clone();
//! let inbox = Inbox::at_holder(&sessions, handler_fn(move |message: ReceivedMessage| {
//!     let sessions = answering.clone();
//!     async move {
//!         let text = String::from_utf8_lossy(message.body()).to_uppercase();
//!         sessions.publish(message.session(), Event::builder(text)).await?;
//!         Ok(())
//!     }
//! }))
//! .build()?;
//!
//! let session = sessions.open(None, OpenOptions::new()).await?;
//! let attachment = sessions.attach(&session.id(), None).await?;
//! let hold = inbox.hold(&attachment); // Kept with the stream.
//! let mut stream = attachment.stream(Subscription::to([])).await?;
//!
//! let message = Message::new("hello").with_key(ClientKey::try_from("1")?);
//! assert!(!inbox.push(&session.id(), None, message.clone()).await?.duplicate);
//! // The client got no answer, and sends it again.
//! assert!(inbox.push(&session.id(), None, message).await?.duplicate);
//!
//! let mut got = String::new();
//! while !got.contains("HELLO") {
//!     let batch: Bytes = stream.next_batch().await.ok_or("ended")?;
//!     got.push_str(core::str::from_utf8(&batch)?);
//! }
//! # drop(hold);
//! # Ok(())
//! # }
//! ```
//!
//! # Who handles
//!
//! | | [`Inbox::at_holder`] | [`Inbox::at_receiver`] |
//! |---|---|---|
//! | runs on | the node that has the session's stream | the node that got the message |
//! | acknowledged when | the store has it | it was handled |
//! | while no stream is there | it waits | it is handled |
//! | if the node fails | the next one that has the stream goes on | the client sends it again |
//! | order | of the session's log | of a client that waits for each answer |
//! | costs the store | an append, a read and a trim, and 3 looks at the session | 2 puts if there is a key, and the looks |
//!
//! At the receiver is what most want: it needs no more than handlers that keep nothing. At the holder is for
//! handlers that keep a client's state in memory, next to its stream.
//!
//! # What is promised
//!
//! - **At least once.** A message that was acknowledged reaches the handler, and again if it is not known
//!   whether it was handled. [`ReceivedMessage::id`] is the same each time. At the holder that
//!   holds as long as the session is there, up to [a day](InboxBuilder::with_max_wait).
//! - **In order**, at the holder: a message is begun when the one before it was acknowledged. Each acknowledgement has the
//!   [fence](crate::session::Attachment::fence) of its attachment: whoever does not hold the session any more acknowledges
//!   nothing and begins no other. What it was at when it lost the session, the next one begins anew, maybe while it still
//!   runs.
//! - **Once per key**: of messages with the same [`ClientKey`] only the first one is taken, for
//!   [10 minutes](InboxBuilder::with_key_window).
//! - **Of that session's client only**: with another identity there is no such session.
//! - **Within bounds**: [so many](InboxBuilder::with_max_waiting) wait, [so large](InboxBuilder::with_max_message_bytes), [so
//!   often](InboxBuilder::with_rate); the rest is refused with an error that says how to answer.
//!
//! # Messages that are wrong
//!
//! A handler that gives a [`MessageRefusal`] as its error settles the message: it is not handled again. At the receiver
//! the client gets the refusal as its answer, and again for each message with the same key. At the holder it has its
//! answer already, so tell it by an event if it should know; who sends the message again with its key gets the refusal.
//! Any other error is one of the server, and the message is tried again.
//!
//! # Limits
//!
//! At the receiver, a key whose node has crashed while it handled the message counts as being handled for up to 10
//! seconds longer, on all nodes; the same if the store is away when the handler fails.
//! Rates are counted by each node for itself. A handler that never succeeds holds up its session: it is tried until the
//! inbox is full and the client is told so; [`ReceivedMessage::attempt`] says when to give up.

mod accepted;
mod append;
mod attempt;
mod builder;
mod client_key;
mod error;
mod handle_here;
mod handler;
mod hold;
mod holders;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod inbox;
mod message;
mod note;
mod rate;
mod rate_limiter;
mod received;
mod record;
mod refusal;
mod settings;
mod turns;

pub use self::{
    accepted::Accepted,
    builder::InboxBuilder,
    client_key::{ClientKey, InvalidClientKey},
    error::InboxError,
    handler::{HandlerError, HandlerFn, HandlerFuture, InboxHandler, handler_fn},
    hold::InboxHold,
    inbox::Inbox,
    message::Message,
    rate::InboxRate,
    received::ReceivedMessage,
    refusal::MessageRefusal,
};
