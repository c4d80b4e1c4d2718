//! Limits and strict UTF-8: the same errors in the same places, whatever the chunks.

use sse_codec::{DecodeError, Decoder, Limits, Utf8Policy};

use super::{
    Chunking, DecodeChunks, Face, Outcome, decode,
    verdict::{Verdict, equal, must_hold},
};
use crate::reference::{self, InvalidUtf8};

/// For this chunking, the decoder within limits says what the reference within the same limits
/// says of the whole stream; strict UTF-8 without limits says what the strict reference says; and
/// both together say the same in pieces as in one.
///
/// # Panics
///
/// If not.
pub fn check_limits(
    stream: &[u8],
    chunking: &Chunking,
    max_line_bytes: usize,
    max_event_bytes: usize,
) {
    must_hold(check_limits_of(
        &decode,
        stream,
        chunking,
        max_line_bytes,
        max_event_bytes,
    ));
}

/// The same for any decoder.
///
/// # Errors
///
/// If not.
pub fn check_limits_of(
    decode: DecodeChunks<'_>,
    stream: &[u8],
    chunking: &Chunking,
    max_line_bytes: usize,
    max_event_bytes: usize,
) -> Verdict {
    let limits = Limits::default()
        .with_max_line_bytes(max_line_bytes)
        .with_max_event_bytes(max_event_bytes)
        .with_max_retained_bytes(max_event_bytes / 2);
    let within = || Decoder::new().with_limits(limits).with_comments(true);
    let chunks = chunking.cut(stream);

    let expected = reference::decode_limited(stream, max_line_bytes, max_event_bytes, "");
    let said = |outcome| Outcome::of_reference(outcome, max_line_bytes, max_event_bytes);
    let outcomes: Vec<Outcome> = expected.outcomes.into_iter().map(said).collect();
    for face in Face::ALL {
        let at = || format!("{face:?} of {}", stream.escape_ascii());
        let (decoded, id) = decode(face, within(), &chunks);
        equal(&decoded, &outcomes, at)?;
        equal(&id, &expected.last_event_id, at)?;
    }

    let expected = reference::decode_strict(stream);
    let refused = |error: InvalidUtf8| {
        let (at_byte, event_id) = (error.at_byte, error.event_id.map(String::into_boxed_str));
        Outcome::Error(DecodeError::InvalidUtf8 { at_byte, event_id })
    };
    let outcomes: Vec<Outcome> = expected
        .outcomes
        .into_iter()
        .map(|outcome| outcome.map_or_else(refused, Outcome::Item))
        .collect();
    let strict = |limits| {
        let decoder = Decoder::new().with_limits(limits).with_comments(true);
        decoder.with_utf8(Utf8Policy::Strict)
    };
    let whole = decode(
        Face::Borrowed,
        strict(limits),
        &Chunking::whole().cut(stream),
    );
    for face in [Face::Borrowed, Face::Owned] {
        let at = || format!("strict, {face:?} of {}", stream.escape_ascii());
        let (decoded, id) = decode(face, strict(Limits::unlimited()), &chunks);
        equal(&decoded, &outcomes, at)?;
        equal(&id, &expected.last_event_id, at)?;
        equal(&decode(face, strict(limits), &chunks), &whole, at)?;
    }
    Ok(())
}
