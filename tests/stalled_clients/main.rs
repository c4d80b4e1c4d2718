//! Clients that send a request and never read, and peers that fall silent, over real sockets with
//! small buffers: what ends their connections, and, as the control of each, that the same
//! connection without it stays.
//!
//! A control that "stays" is looked at when its twin, stalled later, was ended. It could stay for
//! an hour: nothing here passes because the machine is slow.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod axum_serve;
mod body;
mod connection;
mod http1;
mod http2;
mod http2_client;
mod server;
mod silent_peer;
