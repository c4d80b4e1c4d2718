//! The layers that answer requests (negotiation, limits, tokens) in a real Chromium with its own
//! `EventSource`, directly and behind nginx as `docs/operations.md` has it.
//!
//! A server is told what to send and says what arrives, and a page is left to itself with its
//! `EventSource`. That something does *not* happen is looked at while something else does: another
//! `EventSource` of the same page, with the same reconnection time, comes back several times.
//!
//! 127.0.0.1 with two ports is two origins of one site, localhost another site.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]
#![cfg(unix)]

mod access_log;
mod arrivals;
mod cookie;
mod eviction;
mod expiry;
mod negotiate;
mod origin;
mod pages;
mod refusal;
mod refused_stream;
mod second_page;
mod streams;
mod ticket;
mod user;
mod way;

#[path = "../proxies/operations.rs"]
mod operations;
#[path = "../proxies/proxy.rs"]
#[expect(unused_imports, reason = "its macro is for the tests of the proxies")]
mod proxy;
