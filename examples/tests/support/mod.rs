//! What the tests of the examples share: a running demo, a reader of its stream, and what is said
//! when a program that a test needs is not there.

#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "each test file uses a part of this"
)]
#![allow(
    clippy::std_instead_of_alloc,
    reason = "tests have the whole standard library"
)]
#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod demo;
mod event_reader;
mod session_server;

pub use demo::Demo;
pub use event_reader::EventReader;
pub use session_server::{Client, SessionServer, data};
pub use sse_tests::requirement::skip;

use core::time::Duration;

/// Longer than anything here takes on the slowest machine. Nothing waits for it unless it fails.
pub const DEADLINE: Duration = Duration::from_secs(120);
