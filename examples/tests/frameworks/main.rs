//! The same layers in each framework do the same, over a real socket, in HTTP/1.1 and in HTTP/2.
//!
//! What is checked is written once ([`checks`]), and run over the programs of `frameworks`, and
//! over handlers that use what a framework has of its own for event streams ([`native`]). Servers
//! that do something wrong show that each check can fail ([`controls`]).

#![allow(
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "in a test it is a failure"
)]
#![allow(clippy::duplicate_mod, reason = "each program has its own")]

mod checks;
mod client;
mod controls;
mod deadline;
mod drain;
mod generated;
mod grpc_calls;
mod grpc_to_events;
mod layers;
mod native;
mod programs;
mod server;
