//! What the store on NATS JetStream says when its server fails, on real servers.

#![cfg(feature = "nats")]
#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

#[path = "nats_faults/answers.rs"]
mod answers;
#[path = "nats_faults/hints.rs"]
mod hints;
#[path = "nats_faults/restarts.rs"]
mod restarts;
#[path = "nats_faults/streams.rs"]
mod streams;
#[path = "nats_faults/support.rs"]
mod support;
#[path = "nats_faults/sweeps.rs"]
mod sweeps;
