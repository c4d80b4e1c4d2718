//! Properties, each an ordinary function that panics with what it saw.
//!
//! proptest, the fuzz targets and the regression inputs call the same functions, so an input
//! that a fuzzer found is a test by being put into `fuzz/regressions`.
//!
//! | property | function |
//! |---|---|
//! | every face equals the reference decoder, for any chunking | [`check_differential`] |
//! | limits and strict UTF-8 equal their references, for any chunking | [`check_limits`] |
//! | a decoder that is reset is as new, but for the last event ID | [`check_reconnection`] |
//! | decode(encode(x)) = x, and the length is known first | [`check_round_trip`] |
//! | no field value can make another field or event | [`check_injection`] |
//! | a body from events, and events from a body | [`check_bodies`] |
//! | what layers add to a body changes none of its events | [`check_layers`] |
//! | a stream that ends early loses nothing, and is counted right | [`check_ends`] |
//!
//! Each is a `check_…_of` applied to the real thing; `tests/oracle_controls` applies the same to
//! encoders, decoders and bodies broken on purpose, so that a property that holds of anything is
//! found out.
//!
//! ```
//! use sse_tests::oracle::{Chunking, check_differential};
//!
//! check_differential(b"data: a\r\n\r\n", &Chunking::new([3, 1]));
//! ```

mod bodies;
mod chunking;
mod differential;
mod encoder;
mod ends;
mod faces;
mod injection;
mod layers;
mod limits;
mod reconnection;
mod round_trip;
mod sent;
mod verdict;

pub use self::{
    bodies::{BodyFrames, MakeBody, Turns, body_frames, check_bodies, check_bodies_of},
    chunking::Chunking,
    differential::{check_differential, check_differential_of},
    encoder::{ENCODERS, EncodeBlock, Encoded, NamedEncoder},
    ends::{Ended, check_ends, check_ends_of},
    faces::{DecodeChunks, Face, Outcome, decode},
    injection::{check_injection, check_injection_of},
    layers::{Beat, BodyStep, check_layers, check_layers_of},
    limits::{check_limits, check_limits_of},
    reconnection::{ResetDecoder, check_reconnection, check_reconnection_of},
    round_trip::{check_round_trip, check_round_trip_of},
    sent::Sent,
    verdict::Verdict,
};
