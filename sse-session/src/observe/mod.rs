//! What happens on a hub, counted and told: what is published and how fast it arrives, who lags, who
//! missed something and why, which sessions there are, how the store does.
//!
//! [`HubBuilder::with_observers`](crate::hub::HubBuilder::with_observers) takes [`Observers`]; sessions, inboxes and
//! presence that are built over the hub tell the same. A [`MeasuredStore`] tells of the calls of a
//! store.
//!
//! - [`HubMetrics`] (feature `metrics`) counts for the recorder of the `metrics` facade, and so for
//!   Prometheus and others.
//! - One's own, by the trait [`HubObserver`].
//!
//! ```
//! use core::sync::atomic::{AtomicU64, Ordering};
//! use std::sync::Arc;
//!
//! use sse_codec::{Event, LastEventId};
//! use sse_session::{
//!     Channel,
//!     hub::{Gap, Hub, Subscription},
//!     memory::MemoryStore,
//!     observe::{HubObserver, Observers},
//! };
//!
//! /// How much was missed.
//! #[derive(Debug, Default)]
//! struct Missed(AtomicU64);
//!
//! impl HubObserver for Missed {
//!     fn gap(&self, _: &Gap) {
//!         self.0.fetch_add(1, Ordering::Relaxed);
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let missed = Arc::new(Missed::default());
//! let observers = Observers::new().with_observer(missed.clone());
//! let hub = Hub::builder(MemoryStore::new()).with_observers(observers).build()?;
//!
//! let prices = Channel::try_from("prices")?;
//! hub.publish(&prices, Event::builder("1.23")).await?;
//! let unknown = LastEventId::try_from(b"none of ours".as_slice())?;
//! let mut stream = hub.subscribe(Subscription::to([prices]).after(unknown)).await?;
//! while stream.next_batch().await.is_some_and(|batch| batch.gaps().is_empty()) {}
//! assert_eq!(missed.0.load(Ordering::Relaxed), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Metrics
//!
//! Of [`HubMetrics`], with the prefix `sse`. No label has the name of a channel, of a user or of a
//! session; `c` stands for the label `channel`, which is there only with
//! [prefixes](HubMetrics::with_channel_prefix). All are registered and described when they are added,
//! with zero for each value of a label, so nothing is looked up later.
//!
//! | name | kind | labels | when it moves |
//! |---|---|---|---|
//! | `sse_published_total` | counter | `durability`, `duplicate`, c | an event is acknowledged |
//! | `sse_publish_seconds` | histogram, s | c | then: since `publish` was asked, with all attempts |
//! | `sse_not_published_total` | counter | `reason`, c | `publish` or `announce` fails: `refused` if the event is at fault, else what the [store](StoreOutcome) says |
//! | `sse_announced_total` | counter | c | an event is announced |
//! | `sse_delivery_seconds` | histogram, s | `origin`, c | a stream gives out events: of the oldest one of each batch and channel, since it was published (`here`) or since this node was told of it (`elsewhere`) |
//! | `sse_subscribers` | gauge | | a stream is opened, or dropped |
//! | `sse_subscriber_lag_events` | histogram | c | a stream takes events: how many waited for it. 1 for one that keeps up |
//! | `sse_subscribers_fell_behind_total` | counter | `policy`, c | what a stream had to take next has left the ring: `catch_up`, `skip`, `disconnect` |
//! | `sse_gaps_total` | counter | `reason`, c | a gap is written into a stream |
//! | `sse_replays_total` | counter | `outcome`, c | a client comes back to a channel, with an id that says where it was or that nobody knows: what it missed is in the ring (`hit`), in the store (`read`) or gone (`miss`) |
//! | `sse_replay_reads_total` | counter | c | a stream reads a page of the log for itself, because it came back or fell behind |
//! | `sse_replayed_events_total` | counter | `from`, c | with such a page (`store`), or when a stream takes events from before it joined in (`ring`): so many events |
//! | `sse_sessions` | gauge | `state` | `attached`: held here, by however many attachments. `detached`: opened or held here last, and waiting |
//! | `sse_sessions_ended_total` | counter | `state` | one of those is not live here any more, [and why](SeenSession) |
//! | `sse_inbox_messages_total` | counter | `outcome` | a message is pushed: `accepted`, `duplicate`, or [why not](InboxOutcome) |
//! | `sse_presence_members` | gauge | | this node begins to show a session on a channel, or ends it: at the end of the grace time |
//! | `sse_slots_total` | counter | `outcome` | a slot is `given`, is `refused`, or is `evicted` by this node for another one |
//! | `sse_store_calls_total` | counter | `operation`, `outcome` | a call of a [`MeasuredStore`] is over, also by being dropped |
//! | `sse_store_call_seconds` | histogram, s | `operation` | then |
//!
//! Of a stream of several channels, and so of each session's, what is told of channels is told of each;
//! the session's own is one, `other` among prefixes.
//!
//! # How exact it is
//!
//! - Events that a node finds by reading, because a hint was lost, are in `sse_delivery_seconds` only if
//!   they were published there. What is replayed, and what is announced, is not in it.
//! - Giving out is [`Subscriber`](crate::hub::Subscriber)'s: what the server's buffers and the network take comes
//!   on top.
//! - A session that has moved to another node counts as detached at the one that it has left, until it
//!   would have expired; then it is looked at, and has ended `elsewhere`. So is it found that one has
//!   expired, was superseded, or was closed elsewhere. What ended is counted by the node that saw
//!   it last, so the sum of all nodes is of sessions.
//!
//! # Cost
//!
//! Without observers: one comparison where an event is published, where a node is told of it and where a stream takes
//! a batch, and nothing for each event of a batch: less than 1 % of the instructions of a stream that takes single events, and
//! nothing that could be measured with 64 at a time. With them: for each batch
//! and channel one reading of the clock and a search among the newest events of the channel, whose times are
//! kept: 24 bytes for each event that its ring may have, up to 4,096. Of each session that is seen about 50
//! bytes, and one look when it should have expired.

mod inbox_outcome;
mod measured_store;
#[cfg(feature = "metrics")]
mod metrics;
mod observer;
mod observers;
mod replay;
mod seen_sessions;
mod session_change;
mod slot_outcome;
mod store_call;
mod taken;

#[cfg(feature = "metrics")]
pub use self::metrics::HubMetrics;
pub(crate) use self::seen_sessions::SeenSessions;
pub use self::{
    inbox_outcome::InboxOutcome,
    measured_store::MeasuredStore,
    observer::HubObserver,
    observers::Observers,
    replay::Replay,
    session_change::{SeenSession, SessionChange},
    slot_outcome::SlotOutcome,
    store_call::{StoreCall, StoreOperation, StoreOutcome},
    taken::{Delivery, Origin, Taken},
};
