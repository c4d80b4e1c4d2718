//! Ids for streams that have none.

#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

mod client;
mod gaps;
mod life;
mod property;
mod streams;
