//! Each figure moves when the manual says so, and no other does.

#![cfg(all(feature = "metrics", feature = "conformance", feature = "inbox"))]
#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod delivery;
mod inbox;
mod members;
mod publish;
mod replay;
mod secrecy;
mod sessions;
mod store;
mod support;
mod table;
mod waiting;
