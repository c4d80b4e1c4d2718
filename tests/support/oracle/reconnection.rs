//! A decoder for the next connection: as new, but for the last event ID.

use sse_codec::{Decoder, Limits};

use super::{
    Chunking,
    faces::{Outcome, decode_borrowed},
    verdict::{Verdict, equal, must_hold},
};
use crate::reference;

/// A way to make a decoder ready for the next connection.
pub type ResetDecoder<'a> = &'a dyn Fn(&mut Decoder);

/// The stream comes once, cut off wherever it ends, and then once more: after [`Decoder::reset`]
/// the decoder says what the reference says of a stream that begins with that last event ID.
///
/// # Panics
///
/// If not.
pub fn check_reconnection(stream: &[u8], chunking: &Chunking) {
    must_hold(check_reconnection_of(&Decoder::reset, stream, chunking));
}

/// The same for any way to reset.
///
/// # Errors
///
/// If not.
pub fn check_reconnection_of(
    reset: ResetDecoder<'_>,
    stream: &[u8],
    chunking: &Chunking,
) -> Verdict {
    let chunks = chunking.cut(stream);
    let mut decoder = Decoder::new()
        .with_limits(Limits::unlimited())
        .with_comments(true);
    let mut last_event_id = String::new();
    for connection in ["first", "second"] {
        let at = || format!("{connection} time of {}", stream.escape_ascii());
        let expected = reference::decode_from(stream, &last_event_id);
        let items: Vec<Outcome> = expected.items.into_iter().map(Outcome::Item).collect();
        equal(&decode_borrowed(&mut decoder, &chunks), &items, at)?;
        equal(decoder.last_event_id(), &*expected.last_event_id, at)?;
        last_event_id = expected.last_event_id;
        reset(&mut decoder);
        equal(decoder.last_event_id(), &*last_event_id, at)?;
    }
    Ok(())
}
