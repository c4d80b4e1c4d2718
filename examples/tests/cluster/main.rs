//! Several nodes behind nginx, and one store: what is promised over all of them.
//!
//! Each test has servers of its own: Redis or NATS, three nodes as processes, nginx in front of them. Without one of
//! the programs it is skipped.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]
#![cfg(unix)]

mod browser;
mod client;
mod cluster;
mod crash;
mod launcher;
#[path = "../../cluster/load_balancer.rs"]
mod load_balancer;
mod node;
mod resumption;
mod revocation;
mod rolling_restart;
mod stores;
mod supersede;
#[path = "../support/mod.rs"]
mod support;
mod tickets;
mod users;
