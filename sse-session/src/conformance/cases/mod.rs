//! The cases, by what they are about. The documentation of each one begins with the sentences of the
//! [contract](crate::store::SessionStore) that it proves.

pub(super) mod announce;
pub(super) mod cancellation;
pub(super) mod concurrency;
pub(super) mod durability;
pub(super) mod edges;
pub(super) mod expiry;
pub(super) mod fences;
pub(super) mod heads;
pub(super) mod idempotency;
pub(super) mod members;
pub(super) mod names;
pub(super) mod order;
pub(super) mod paging;
pub(super) mod payloads;
pub(super) mod races;
pub(super) mod registry;
pub(super) mod retention;
pub(super) mod trim;
pub(super) mod verdicts;
pub(super) mod watch;
