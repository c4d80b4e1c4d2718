//! The client against scripted servers of hyper, over real sockets; where time itself is looked
//! at, against services in the process, with a clock that stands still.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod backpressure;
mod cancellation;
mod control;
mod cut_everywhere;
mod json;
mod last_event_id;
mod machine_twin;
mod peers;
mod processing_model;
mod record;
mod redirects;
mod restarts;
mod retries;
mod server;
mod silence;
