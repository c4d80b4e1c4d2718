//! Limits and strict UTF-8: the same errors in the same places, whatever the chunks.

use sse_codec::{DecodeError, Decoder, Limits, Utf8Policy};

use super::{Chunking, Face, Outcome, decode};
use crate::reference;

/// For this chunking, the decoder within limits says what the reference within the same limits
/// says of the whole stream; and strict UTF-8 says the same in pieces as in one.
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
        let (decoded, id) = decode(face, within(), &chunks);
        assert_eq!(decoded, outcomes, "{face:?} of {}", stream.escape_ascii());
        assert_eq!(
            id,
            expected.last_event_id,
            "{face:?} of {}",
            stream.escape_ascii()
        );
    }

    let strict = || within().with_utf8(Utf8Policy::Strict);
    let whole = decode(Face::Borrowed, strict(), &Chunking::whole().cut(stream));
    let is_utf8_error =
        |outcome: &Outcome| matches!(outcome, Outcome::Error(DecodeError::InvalidUtf8 { .. }));
    if core::str::from_utf8(stream).is_ok() {
        assert_eq!(whole.0, outcomes, "strict of {}", stream.escape_ascii());
    } else {
        // Being strict only ever takes items away, and says so.
        let kept: Vec<&Outcome> = whole.0.iter().filter(|item| !is_utf8_error(item)).collect();
        assert!(
            kept.len() <= outcomes.len(),
            "strict of {}",
            stream.escape_ascii()
        );
    }
    for face in [Face::Borrowed, Face::Owned] {
        let decoded = decode(face, strict(), &chunks);
        assert_eq!(
            decoded,
            whole,
            "strict {face:?} of {}",
            stream.escape_ascii()
        );
    }
}
