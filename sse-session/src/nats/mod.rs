//! The store on NATS JetStream, which several processes share.
//!
//! A [`NatsStore`] keeps all in three streams on a NATS server, from 2.9 on, or on a cluster of them. What is published on one node is
//! told on all others, and whoever comes back to another node goes on where it was.
//!
//! ```no_run
//! use bytes::Bytes;
//! use sse_session::{
//!     Channel,
//!     nats::{NatsOptions, NatsStore},
//!     store::{Append, LogName, ReadFrom, ReadLimit, SessionStore, Verdict},
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let options = NatsOptions::new("nats://127.0.0.1:4222").with_prefix("shop");
//! let store = NatsStore::connect(options).await?;
//!
//! let log = LogName::of_channel(&Channel::try_from("prices")?);
//! let append = Append::new(Bytes::from_static(b"1.23"), 0xfeed);
//! let first = store.append(&log, append.clone()).await?.position;
//! store.append(&log, append).await?;
//!
//! let after = ReadFrom::After(first);
//! let page = store.read(&log, after, ReadLimit::default()).await?;
//! assert_eq!((page.verdict, page.records.len()), (Verdict::Contiguous, 1));
//! # Ok(())
//! # }
//! ```
//!
//! # What is on the server
//!
//! With the prefix `sse`, which can be [another one](NatsOptions::with_prefix):
//!
//! | stream | subjects | what it holds |
//! |---|---|---|
//! | `sse-logs` | `sse.log.<name>` | a message for each record, and one for each trim |
//! | `sse-state` | `sse.state.>` | the last message of a subject is the value, or the whole set |
//! | `sse-keys` | `sse.key.<name>.<key>` | where the record of an idempotency key stands |
//!
//! They are made when they are not there, also when somebody has deleted them meanwhile. Streams of these names that were made
//! otherwise are refused as [`Configuration`](crate::store::StoreError::Configuration). Names are percent-encoded to one token. The server
//! tells of each record on `sse.hint.record.<name>`. The account needs `sse.>`, `$JS.API.>` and `_INBOX.>`. One connection does all.
//!
//! # How it keeps the contract
//!
//! Each change is one message that the server stores only if the last one of its subject is the one that was looked at
//! (`Nats-Expected-Last-Subject-Sequence`). The last message of a log says all there is to know of it: epoch, position of the newest
//! record, what was trimmed. So a change is atomic, dropped or not, and of several processes that append to one log
//! at the same time one is first and the others look again.
//!
//! - **Offsets** are the sequences of the stream: they grow, but not by one, because all logs share it.
//! - **Idempotency keys** stand in their records, and are put into a stream of their own before anything is put behind them. The
//!   server's own (`Nats-Msg-Id`) have one window for all, and forget the tag.
//! - **Fences** are linearised by the logs: whoever ends a revision puts a message behind each log that was appended to behind
//!   it, before the new value is there. An append that had looked at the old revision is then meant for a place that is taken.
//!   Such a change that was half done is completed by whoever looks next.
//! - **Times to live** are deadlines in the messages, by the server's clock: each process asks for it every 20 s, and is wrong by half
//!   a round trip. In a cluster it is the clock of whoever leads the stream.
//! - **Retention** by count and age is of each log, and keeps up to an eighth more. Bytes are not counted.
//! - **Hints** come with the record. A watch is in force when the leader of the stream has answered where it would tell of a record.
//!
//! # What is acknowledged
//!
//! | storage, replicas | [durability](crate::store::Durability) | survives |
//! |---|---|---|
//! | memory, 1 | `Memory` | the end of this process; not of the server |
//! | file, 1 | `Stored` | the end of the server. The end of its machine: as its `sync_interval` says, 2 minutes unless told otherwise; `always` (from 2.10) is each write |
//! | 3 or 5 | `Replicated` | the loss of a minority of the servers. If all lose power at once: as their `sync_interval` says |
//!
//! After a loss, whoever saw what is gone gets the gap `rewound`, or `forked` once its offset is used again.
//! With replicas, questions go to the leader, because the others may be behind. A leader that was cut off may answer for some seconds with what it
//! had: a client may be told `rewound` then, though nothing is lost.
//!
//! # When something goes wrong
//!
//! - **No connection**: [`Unavailable`](crate::store::StoreError::Unavailable) at once, and those who watch are told
//!   [`Lost`](crate::store::WatchEvent::Lost). The client connects again by itself, at the latest every 2 s; `Restored` comes when the leader
//!   answers.
//! - **An answer is lost**: it is looked for, and the same message is sent again for the same place, until the
//!   [operation timeout](NatsOptions::with_operation_timeout). Then it is [`OutcomeUnknown`](crate::store::StoreError::OutcomeUnknown).
//! - **The stream was purged, or deleted**: positions are `unknown`, and `epoch` when their log was made anew. Values and sets are gone, and
//!   after a deletion the revisions of values begin again: do not delete `sse-state` while anybody runs. nats-server 2.9 was seen to be unable to store anything in a
//!   stream that was deleted and at once made anew by running nodes: stop them, or purge the stream instead.
//! - **The server has no room**: `Unavailable`. Nothing that was promised is thrown away.
//! - **Hints come faster than they are taken**: `Lost` and `Restored`.
//! - **Something else is published on these subjects**: [`Corrupt`](crate::store::StoreError::Corrupt) for that log.
//!
//! # What goes by itself
//!
//! One of those who share the store looks every ten minutes at all there is, headers only, and removes keys, values and sets whose time is
//! over, and logs in which nothing is kept for [some days](NatsOptions::with_forget_after). See [`NatsStore::sweep`].
//!
//! # Complexity
//!
//! Append: one request, as long as this process was the last one that appended to the log; else two. With a key
//! up to two more, with a fence one more. Appends to one log wait for each other, so one log takes one per round trip. Heads, values,
//! members: one request each. A page: two requests, and one for each record up to four; then the server sends the others at once.
//! Put, extend, remove: two; those that end a fence two more for each log behind it. Join and leave: two, each with the whole set, whose
//! members have up to the server's `max_payload` together (1 MiB: about 10,000 of 100 bytes). For presence on channels with thousands of members take
//! a store whose sets are not one message each.

mod clock;
mod connect;
mod events;
mod failure;
mod keys;
mod log_meta;
mod logs;
mod nats_store;
mod options;
mod pages;
mod reads;
mod registry;
mod server;
mod sets;
mod streams;
mod subjects;
mod sweep;
mod turns;
mod watch;

pub use self::{
    nats_store::NatsStore,
    options::{NatsOptions, NatsStorage},
};
