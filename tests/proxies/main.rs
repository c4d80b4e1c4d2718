//! Event streams through real proxies, each with the configuration of `docs/operations.md`.
//!
//! The server here does what the test tells it, event by event, and the test knows what its client
//! has read through the proxy. So "event n+1 is sent only after event n was read" is a line of the
//! test, and a proxy that holds an event back is one that never gets further.
//!
//! The streams that must stay closed, or come late, are in the same files: a check that nothing
//! fails shows nothing.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]
#![cfg(unix)]

mod away;
mod backpressure;
mod caching;
mod client;
mod compression;
mod drain;
mod http2;
mod idle;
mod lifetime;
mod lock_step;
mod operations;
mod proxy;
mod upstream;
