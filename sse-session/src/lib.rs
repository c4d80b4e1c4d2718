//! Who is connected to an event stream, what they missed, how to reach them from any node.
//!
//! Being built: see the modules.
//!
//! Encoding and decoding are in [`sse_codec`], which is complete on its own.

#![forbid(unsafe_code)]
#![allow(dead_code, reason = "being built")]

pub mod channel;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod cursor;
pub mod hub;
pub mod memory;
#[cfg(feature = "redb")]
pub mod redb;
pub mod ring;
pub mod store;

pub use self::channel::Channel;
