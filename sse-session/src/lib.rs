//! Who is connected to an event stream, what they missed, how to reach them from any node.
//!
//! A [`Hub`](hub::Hub) stands over a [store]: what is published on a channel reaches whoever is subscribed, on
//! any node that shares the store, and whoever comes back with a last event ID gets what it has missed, or is told in
//! the stream that it cannot.
//!
//! | module | what it gives |
//! |---|---|
//! | [`hub`] | channels: publish, subscribe, replay, gaps, slow consumers, who may |
//! | [`session`] | who is connected: sessions bound to an identity, one active device, slots per user |
//! | [`presence`] | who is on a channel |
//! | `inbox` (feature) | messages from clients to the server |
//! | `service` (feature) | stream, messages and long polling on one route |
//! | [`observe`] | what happens on all of these, told and counted |
//! | [`resumable`] | any stream, resumable: events with ids of their own, or none |
//! | [`store`] | what a store has to do |
//! | [`memory`], `redb`, `redis`, `nats` (features) | stores: in the process, in one file, on Redis Streams, on NATS JetStream |
//! | `conformance` (feature) | the suite that every store has to pass |
//!
//! Encoding and decoding are in [`sse_codec`], which is complete on its own.

#![forbid(unsafe_code)]

pub mod channel;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod cursor;
pub mod hub;
#[cfg(feature = "inbox")]
pub mod inbox;
mod keeper;
pub mod memory;
#[cfg(feature = "nats")]
pub mod nats;
pub mod observe;
pub mod presence;
mod randomness;
#[cfg(feature = "redb")]
pub mod redb;
#[cfg(feature = "redis")]
pub mod redis;
pub mod resumable;
mod ring;
#[cfg(feature = "service")]
pub mod service;
pub mod session;
pub mod store;

pub use self::channel::Channel;
