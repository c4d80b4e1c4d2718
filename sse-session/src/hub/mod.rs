//! Channels: what is published on any node reaches whoever is subscribed on any node, and whoever
//! comes back gets what it has missed, or is told that it cannot.
//!
//! A [`Hub`] stands over a [store](crate::store). [`Hub::publish`] appends an event to the log of a
//! channel; [`Hub::subscribe`] gives a stream of all that is published on some channels, after a
//! last event ID. Ids are the hub's, and opaque.
//!
//! ```
//! use sse_codec::{Event, LastEventId};
//! use sse_session::{
//!     Channel,
//!     hub::{Hub, Subscription},
//!     memory::MemoryStore,
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hub = Hub::builder(MemoryStore::new()).build()?;
//! let prices = Channel::try_from("prices")?;
//!
//! let mut stream = hub.subscribe(Subscription::to([prices.clone()])).await?;
//! // Where the stream stands: an id and no event, so that the client can resume at any time.
//! assert!(stream.next_batch().await.is_some_and(|batch| batch.as_bytes().starts_with(b"id: ")));
//!
//! let one = hub.publish(&prices, Event::builder("1.23")).await?;
//! let batch = stream.next_batch().await.map(|batch| batch.into_bytes());
//! assert_eq!(batch, Some(format!("id: {}\ndata: 1.23\n\n", one.id).into()));
//! drop(stream);
//!
//! // The connection is lost, the world goes on, and the client comes back.
//! hub.publish(&prices, Event::builder("1.24")).await?;
//! let last_event_id = LastEventId::try_from(one.id.as_str().as_bytes())?;
//! let subscription = Subscription::to([prices.clone()]).after(last_event_id);
//! let mut stream = hub.subscribe(subscription).await?;
//! hub.publish(&prices, Event::builder("1.25")).await?;
//! let mut got = String::new();
//! while !got.contains("1.25") {
//!     let batch = stream.next_batch().await.ok_or("ended")?;
//!     got.push_str(core::str::from_utf8(batch.as_bytes())?);
//! }
//! assert!(got.contains("\ndata: 1.24\n\n"));
//! # Ok(())
//! # }
//! ```
//!
//! For a response, [`Subscriber::into_body`] is an `http_body::Body`; the response is of type
//! `text/event-stream`. What answers to a [`SubscribeError`] is named with each.
//!
//! # What is promised
//!
//! - **Order.** Events of a channel come in the order of its log. Between channels there is none.
//! - **Nothing is lost silently.** Whatever was acknowledged after the client's last event ID
//!   comes, or a gap is told in its place, before the next event of that channel.
//! - **At least once.** An event comes once, reconnects or not: each has an id that stands for all
//!   channels of the stream. On a stream of one channel it is [`Published::id`]. With
//!   [`EventIds::PerBatch`], which saves bytes on streams of many channels, what a batch had begun
//!   when the connection was lost comes again. Without a reconnect nothing comes twice.
//! - **No gap where nothing is missing.**
//! - **What is shown is as safe as its acknowledgement says**, from the moment on that anybody gets
//!   it.
//!
//! # Gaps
//!
//! A browser cannot read the headers of an `EventSource`, so a gap is an event. Its id is where to
//! resume:
//!
//! ```text
//! id: AcqXgRKoe3Qzc9BdgwH-XCiD
//! event: gap
//! data: {"channel":"prices","reason":"trimmed","missed":12}
//! ```
//!
//! The reasons are those of [`GapReason`](crate::store::GapReason). `missed` is `null` where it is
//! not known how many. What else is done, and where the stream goes on, is [`OnGap`] and
//! [`ResumeFrom`]; each [`Batch`] has its [gaps](Batch::gaps) as values too. An id that is none of
//! ours, of whatever length, is a gap (`unknown`) and costs nothing: an error would be the end for
//! a browser.
//!
//! With [`OnGap::snapshot`] the id stands on the last event of the snapshot.
//!
//! # Slow clients
//!
//! The newest events of each channel are in memory once per node, encoded, in a ring. A subscriber
//! is a number: how far it has read. One that does not read delays nobody and costs no memory. When
//! what it has to read next has left the ring, [`OnLag`] says what becomes of it. A stream that a
//! client does not read at all is never polled, so its end has to come from the server: a write
//! timeout, a limit on its lifetime.
//!
//! A client that comes back to where the ring is costs the store nothing. One that is further
//! behind reads pages of the log until it is there, so many at a time
//! ([`HubBuilder::with_max_reads`]).
//!
//! # Several nodes
//!
//! Each has a hub over the same store. The store tells what was appended; that is a hint, and the
//! log is the truth: a node takes a hint only if it extends what it has, else it reads. If hints
//! are lost without a word, a look at the heads of all active channels finds it after about 5
//! seconds, one request for up to 256 channels. While the store is away streams stay open; new ones
//! that need it, and publishing, fail.
//!
//! # Who may
//!
//! An [`Authorizer`] is asked at each subscription, and so at each return; [`Hub::revoke`] ends
//! what it has allowed. Without one, everybody may.
//!
//! # Runtime
//!
//! A hub needs tokio, with its timer: [`HubBuilder::build`] is called on the runtime on which its
//! tasks run. There is one for the looks, one for [asking again](HubBuilder::with_recheck) if that
//! is wanted, and one for each channel whose ring is behind its log, as long as it is. They end
//! when the last clone of the hub and the last subscriber are dropped.
//!
//! Subscribers are woken by whoever tells the hint: with a store in memory that is the publisher,
//! inside `publish`.
//!
//! # Cost
//!
//! An event is encoded once, when it is published, and copied once per node, with its id, into a
//! frame that all streams of its channel alone share. A stream that has one event to send sends
//! that frame; several that are ready together are copied into one batch. A stream of several
//! channels copies, because its ids are its own. Memory: per active channel its ring (256 events, 1
//! MiB) and 30 seconds longer than its last subscriber; per subscriber some 100 bytes and 150 for
//! each of its channels, and while it replays a page of the log.

mod access;
mod backoff;
mod builder;
mod channels;
mod gap;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod hub;
mod log;
mod publish;
mod random;
mod settings;
mod shared;
mod single_flight;
mod subscribe;
mod tasks;

pub use self::{
    access::{
        Authorizer, AuthorizerError, AuthorizerFn, AuthorizerFuture, Decision, Identity,
        authorizer_fn,
    },
    builder::{BuildError, HubBuilder},
    gap::{Gap, OnGap, OnLag, ResumeFrom, Snapshot},
    hub::Hub,
    publish::{PublishError, PublishOptions, Published},
    subscribe::{
        Batch, EventIds, StreamEndReason, SubscribeError, Subscriber, SubscriberBody, Subscription,
    },
};
