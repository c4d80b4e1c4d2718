//! Many streams at once, whose clients go without a word: killed with -9, or behind a link that goes
//! down. Slots, counts and descriptors come back.
//!
//! Server and clients are processes of their own: this program again, in another role.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

mod clients;
mod killed;
mod network;
mod process;
mod server;
mod silent;
