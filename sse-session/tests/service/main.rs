//! The ready service, in process, with a client that is written by hand. Time is paused.

#![cfg(all(feature = "service", feature = "conformance"))]
#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod browsers;
mod client;
mod refusals;
mod states;
mod transport;
mod wrong;
