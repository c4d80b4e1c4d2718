//! The hub over stores that behave as stores may.

#![cfg(feature = "conformance")]
#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod access;
mod announce;
mod event_ids;
mod faulty;
mod gaps;
mod hand_over;
mod hints;
mod labels;
mod model;
mod panics;
mod publish;
mod recheck;
mod seam;
mod shared_reads;
mod slow;
mod streams;
mod support;
mod threads;
