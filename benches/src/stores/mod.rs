//! The four stores, side by side: what they take, and how soon it is told on another node.
//!
//! Redis and NATS are real servers of this machine, which are started for the run. Redis is measured beside the script
//! of its store without the store: the very command, sent by `redis-benchmark`.
//!
//! - [`backend`]: a store and its two nodes;
//! - [`append`], [`replay`]: what the store takes and gives;
//! - [`telling`]: two hubs over it, and who is subscribed to them;
//! - [`raw_script`][]: `redis-benchmark`;
//! - [`work`]: what is measured, in turns; [`markdown`]: the tables.

pub mod append;
pub mod backend;
pub mod markdown;
pub mod raw_script;
pub mod replay;
pub mod telling;
pub mod work;
