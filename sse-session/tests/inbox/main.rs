//! Inboxes of sessions, on nodes that share a store. Time is paused.

#![cfg(all(feature = "inbox", feature = "conformance"))]
#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod controls;
mod defect;
mod limits;
mod moving;
mod receiver;
mod refusals;
mod scenario;
mod support;
