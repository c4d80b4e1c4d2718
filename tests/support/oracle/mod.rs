//! Properties, each an ordinary function that panics with what it saw.
//!
//! proptest, the fuzz targets and the regression inputs call the same functions, so an input
//! that a fuzzer found is a test by being put into `fuzz/corpus`.
//!
//! | property | function |
//! |---|---|
//! | every face equals the reference decoder, for any chunking | [`check_differential`] |
//! | limits and strict UTF-8 mean the same for any chunking; limits equal the reference | [`check_limits`] |
//! | decode(encode(x)) = x, and the length is known first | [`check_round_trip`] |
//! | no field value can make another field or event | [`check_injection`] |
//! | a body from events, and events from a body | [`check_bodies`] |
//!
//! ```
//! use sse_tests::oracle::{Chunking, check_differential};
//!
//! check_differential(b"data: a\r\n\r\n", &Chunking::new([3, 1]));
//! ```

mod bodies;
mod chunking;
mod differential;
mod faces;
mod injection;
mod limits;
mod round_trip;
mod sent;

pub use self::{
    bodies::check_bodies,
    chunking::Chunking,
    differential::check_differential,
    faces::{Face, Outcome, decode},
    injection::check_injection,
    limits::check_limits,
    round_trip::check_round_trip,
    sent::Sent,
};
