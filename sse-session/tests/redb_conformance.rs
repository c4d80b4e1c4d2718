//! The conformance suite over the store in a file.

#![cfg(all(feature = "conformance", feature = "redb"))]
#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

mod redb;

use core::time::Duration;

use sse_session::redb::{RedbMode, RedbOptions};

use self::redb::harness::RedbHarness;

/// In paused time.
mod synced {
    sse_session::store_conformance_tests!(crate::synced_harness());
}

/// Declared as not durable.
mod relaxed {
    sse_session::store_conformance_tests!(crate::relaxed_harness());
}

fn synced_harness() -> RedbHarness {
    RedbHarness::new("redb", RedbOptions::default())
}

fn relaxed_harness() -> RedbHarness {
    let interval = Duration::from_millis(20);
    let options = RedbOptions::default().with_mode(RedbMode::Relaxed { interval });
    RedbHarness::new("redb relaxed", options)
}
