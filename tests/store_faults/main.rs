//! Hubs over real servers that fail, under load, and a checker that decides from what publishers and subscribers have
//! recorded whether the promises were kept.
//!
//! The seed of each run is printed; `SSE_TEST_SEED` runs it again. `SSE_TEST_SOAK`, a number of seconds, is
//! how long the soak and the black holes take, which are short otherwise.

#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

mod black_hole;
mod checker;
mod controls;
mod counted;
mod history;
mod load;
mod lost_hints;
mod nats;
mod node;
mod redis;
