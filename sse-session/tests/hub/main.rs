//! The hub over stores that behave as stores may.

#![cfg(feature = "conformance")]
#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod access;
mod announce;
mod faulty;
mod gaps;
mod hints;
mod model;
mod publish;
mod seam;
mod slow;
mod streams;
mod support;
mod threads;
