//! What was missed and what comes live, as one stream.

#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

mod client;
mod control;
mod defined;
mod limits;
mod property;
mod seam;
mod world;
