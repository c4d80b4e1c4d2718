//! Any stream, resumable: clients that come back get what they missed, without a [`Hub`](crate::hub).
//!
//! | the events | take |
//! |---|---|
//! | have ids: keys of a database, of a log | [`Join`]: joins what was missed and what is live |
//! | have none, and are of this process | [`AutoId`]: gives ids, and keeps the last events |
//! | are published from anywhere, or must survive the process | a [`Hub`](crate::hub) over a store |
//!
//! Either gives a stream for `sse_codec::EventStreamBody`, the body of a response in any framework; a
//! reconnection time and keep-alive comments are the business of layers around it.
//!
//! # Events that have ids
//!
//! An application that keeps its events has two halves of a stream: a query for what is behind an id, and
//! notifications of what comes. Put one behind the other by hand, and what happens in between is lost (read first) or
//! doubled (subscribed first). [`Join`] holds what comes live while it reads, and leaves out what it has delivered.
//!
//! ```
//! use std::sync::{Arc, Mutex};
//!
//! use bytes::BytesMut;
//! use futures_util::StreamExt;
//! use sse_codec::{Encode, Event, EventBuilder, EventId, EventStream, EventStreamBody, Item, LastEventId};
//! use sse_session::resumable::{Broadcasts, Join};
//! use tokio::sync::broadcast;
//!
//! // A row of the database, which is an event.
//! #[derive(Clone)]
//! struct Notification { id: u64, text: String }
//!
//! impl Notification {
//!     fn event(&self) -> EventBuilder<'_> {
//!         Event::builder(&*self.text).id(EventId::from(self.id))
//!     }
//! }
//!
//! impl Encode for Notification {
//!     fn encoded_len(&self) -> usize { self.event().encoded_len() }
//!     fn encode(&self, dst: &mut BytesMut) { self.event().encode(dst) }
//! }
//!
//! // Stands for the database: `where id > $1 order by id limit 100`.
//! type Database = Arc<Mutex<Vec<Notification>>>;
//! async fn behind(database: Database, id: Option<u64>) -> Result<Vec<Notification>, std::io::Error> {
//!     let rows = database.lock().unwrap();
//!     Ok(rows.iter().filter(|row| Some(row.id) > id).take(100).cloned().collect())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let database = Database::default();
//! let (notify, _) = broadcast::channel(64);
//! let publish = |id: u64, text: &str| {
//!     let row = Notification { id, text: text.to_owned() };
//!     database.lock().unwrap().push(row.clone()); // First it can be read,
//!     _ = notify.send(row); //                       then it is told.
//! };
//! publish(1, "one");
//! publish(2, "two");
//!
//! // What the handler of a request does.
//! let last_event_id = LastEventId::try_from(&b"1"[..])?;
//! let join = Join::ordered(|row: &Notification| row.id);
//! let missed = { let database = database.clone(); move |id| behind(database.clone(), id) };
//! let events = join.join(last_event_id.parse().ok(), Broadcasts::new(notify.subscribe()), missed);
//! let body = EventStreamBody::fallible(events);
//!
//! let mut client = EventStream::from_body(Box::pin(body));
//! publish(3, "three");
//! for expected in ["two", "three"] {
//!     let Some(Item::Event(event)) = client.next().await.transpose()? else { panic!() };
//!     assert_eq!(event.data(), expected);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - **No loss, no double, in order**, if what comes live can be read before it is told, and keys are compared as
//!   they become visible: see [`Join::ordered`] and [`Join::by_equality`], which also say what is done with
//!   an event that comes late or twice.
//! - **Bounded.** 1,024 events and 1 MiB are held while what was missed is read. What is more, and what the live
//!   stream itself [lost](Live::Lost), is read again, from the last event delivered.
//! - **Errors** of the query end the stream, behind what was delivered. So the client comes back with the
//!   right id; that its body fails is a reason for it to do so.
//! - **New clients** are asked for with `None`: answer with what they are to see.
//! - **An id that cannot be found** any more, of a row that was deleted, is the query's business: with keys
//!   in order nothing special, else answer with an event that says so.
//! - **Cost.** A client that comes back costs two queries, or one if pages say that they are the
//!   [last](Page::last). An event costs a comparison of its key, or a look into a hash set.
//!
//! # Streams without ids
//!
//! [`AutoId`] runs a plain stream under a name, gives its events ids and keeps the last of them. All who open the
//! same name get the same events; who comes back goes on behind the last one received.
//!
//! ```
//! use futures_util::{StreamExt, stream};
//! use sse_codec::{Event, EventStream, EventStreamBody, Item, LastEventId};
//! use sse_session::{Channel, resumable::AutoId};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let auto_id = AutoId::builder().build()?; // One, for all requests.
//!
//! // What the handler of a request does. The name is that of one task.
//! let name = Channel::try_from("tasks/7")?;
//! let open = |last_event_id: Option<LastEventId>| {
//!     auto_id.open(&name, last_event_id, || {
//!         stream::iter(["10%", "50%", "done"]).map(|progress| Event::builder(progress).build())
//!     })
//! };
//! let body = EventStreamBody::new(open(None)?);
//!
//! let mut client = EventStream::from_body(body);
//! let Some(Item::Event(event)) = client.next().await.transpose()? else { panic!() };
//! assert_eq!(event.data(), "10%");
//! let id = event.id().unwrap_or_default().to_owned();
//! drop(client); // The connection breaks.
//!
//! let mut client = EventStream::from_body(EventStreamBody::new(open(Some(id.as_bytes().try_into()?))?));
//! for expected in ["50%", "done"] {
//!     let Some(Item::Event(event)) = client.next().await.transpose()? else { panic!() };
//!     assert_eq!(event.data(), expected);
//! }
//! assert!(client.next().await.is_none());
//!
//! // An EventSource comes back after each end of a response. Now the answer is 204, and it stays away.
//! let id = client.last_event_id().as_bytes().try_into()?;
//! assert!(open(Some(id))?.is_finished());
//! # Ok(())
//! # }
//! ```
//!
//! - **A gap is told.** Where events are not kept any more, or the id is unknown or of an earlier run, an event of type
//!   `gap` stands in their place, as a [hub](crate::hub::Gap)'s does:
//!   `{"channel":"tasks/7","reason":"trimmed","missed":12}`.
//! - **Bounded.** 1,024 events and 1 MiB per stream, 1,024 streams. A stream runs no further ahead than that of
//!   the client that is furthest: one client alone misses nothing however slow it is, and of several a slow one
//!   delays nobody, but gets a gap.
//! - **A stream nobody wants** is dropped after a minute, with its events: choose a
//!   [linger](AutoIdBuilder::with_linger) above the clients' reconnection time. The events of one that has ended are
//!   kept as long.
//! - **Within this process.** Another node knows nothing of it, and a restart forgets it: a gap, `epoch`.
//! - **Cost.** An event is encoded once and shared; for each client a lock is taken, and a reference counted.

mod auto_id;
mod join;

pub use self::{
    auto_id::{AutoId, AutoIdBuilder, AutoIdStream, TooManyStreams},
    join::{Broadcasts, ByEquality, ByOrder, Delivered, Join, JoinError, Joined, Live, Page},
};
