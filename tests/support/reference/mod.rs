//! The slow, obvious twin of the decoder.
//!
//! `sse_codec::Decoder` is told a stream in pieces, keeps offsets instead of text, has fast paths,
//! and must still give what the standard gives. A test made of examples shows that for the
//! examples. The twin shows it for any input: decode the same bytes both ways, whatever the pieces,
//! and compare. Properties and fuzz targets do that; the test vectors keep the twin itself honest.
//!
//! So the twin is written to be believed, not to be used:
//!
//! - it takes the whole stream at once, so nothing can be split in the wrong place;
//! - each step is a sentence of the standard, with its anchor above it, in the standard's order;
//! - it copies freely and has no fast path;
//! - it shares no code with `sse-codec`, and does not import it.
//!
//! [`decode`] and [`decode_from`] have no limits. [`decode_limited`] adds the two limits of the
//! decoder, which are not in the standard, by cutting the stream into blocks and giving every block
//! that keeps within the limits to the decoder without limits.
//!
//! [`decode_strict`] refuses what is not UTF-8, block by block.
//!
//! [`Flaw`] and [`LimitFlaw`] are the same twin with one rule broken each, mostly bugs seen in
//! published decoders. They are negative controls: the test vectors must catch every one of them.
//!
//! ```
//! use sse_tests::reference::{ReferenceItem, decode};
//!
//! let decoded = decode(b"id: 7\ndata: hello\n\ndata: cut off");
//! assert_eq!(
//!     decoded.items,
//!     [ReferenceItem::Event {
//!         event_type: "message".into(),
//!         data: "hello".into(),
//!         last_event_id: "7".into(),
//!     }]
//! );
//! assert_eq!(decoded.last_event_id, "7");
//! ```
//!
//! Cost: several copies of the input, and a `String` per line. Keep inputs below a few megabytes.

mod broken;
mod broken_limits;
mod decoder;
mod flaw;
mod item;
mod limits;
mod strict;

pub use broken_limits::LimitFlaw;
pub use decoder::{decode, decode_from};
pub use flaw::Flaw;
pub use item::{Decoded, ReferenceItem};
pub use limits::{DecodedWithinLimits, ReferenceOutcome, decode_limited};
pub use strict::{DecodedStrictly, InvalidUtf8, decode_strict};
