//! What a store has to do.
//!
//! A [`SessionStore`] is three small things: **logs** that are appended to and read, a **registry** of
//! values that are compared and set, and **sets** of members that expire. Everything else
//! (rings, cursors, replay, gaps, sessions, presence) is built on them once, in the
//! [hub](crate::hub). Delivery to the connections of a node never crosses the trait.
//!
//! The contract is in numbered sentences on the trait's methods; each case of the
//! [conformance suite](crate::conformance) names the sentence it proves.
//!
//! A [`Position`] in a log is (epoch, offset, tag). The **epoch** changes when a log is made anew. The
//! **offset** strictly grows. The **tag** is random, of the record; each record also knows where its
//! predecessor stood ([`Record::previous`]), so that a log which was rewound, by a failover or by a lost
//! write, and has used its offsets again is found out: its tags differ.

mod append;
mod capabilities;
pub mod check;
mod error;
mod log_name;
mod members;
mod position;
mod prefix;
mod read;
mod registry;
mod session_store;
mod shared;
mod watch;

pub use self::{
    append::{Append, Appended, Durability, Fence, IdempotencyKey, Retention},
    capabilities::Capabilities,
    error::StoreError,
    log_name::LogName,
    members::{Full, Join, Joined, Member, Members, SetName},
    position::{Position, Previous},
    prefix::{InvalidPrefix, PrefixStore},
    read::{GapReason, Page, ReadFrom, ReadLimit, Record, Verdict},
    registry::{Entry, Expect, Key, Put},
    session_store::{SessionStore, StoreFuture},
    watch::{Watch, WatchEvent, WatchSink},
};
