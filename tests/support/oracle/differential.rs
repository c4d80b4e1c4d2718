//! The fast decoder equals the slow, obvious one.

use sse_codec::{Decoder, Limits};

use super::{
    Chunking, DecodeChunks, Face, Outcome, decode,
    verdict::{Verdict, equal, must_hold},
};
use crate::reference::{self, ReferenceItem};

/// Every face, for this chunking, says what the reference says of the whole stream.
///
/// # Panics
///
/// If one does not.
pub fn check_differential(stream: &[u8], chunking: &Chunking) {
    must_hold(check_differential_of(&decode, stream, chunking));
}

/// The same for any decoder.
///
/// # Errors
///
/// If one face does not.
pub fn check_differential_of(
    decode: DecodeChunks<'_>,
    stream: &[u8],
    chunking: &Chunking,
) -> Verdict {
    let expected = reference::decode(stream);
    let items: Vec<Outcome> = expected.items.into_iter().map(Outcome::Item).collect();
    let is_comment = |item: &Outcome| matches!(item, Outcome::Item(ReferenceItem::Comment { .. }));
    let without_comments: Vec<Outcome> = items
        .iter()
        .filter(|item| !is_comment(item))
        .cloned()
        .collect();
    let chunks = chunking.cut(stream);
    let unlimited = || Decoder::new().with_limits(Limits::unlimited());
    for face in Face::ALL {
        let at = || format!("{face:?} of {}", stream.escape_ascii());
        let (outcomes, id) = decode(face, unlimited(), &chunks);
        equal(&outcomes, &without_comments, at)?;
        equal(&id, &expected.last_event_id, at)?;
    }
    for face in [Face::Borrowed, Face::Owned] {
        let at = || format!("{face:?} with comments of {}", stream.escape_ascii());
        let (outcomes, _) = decode(face, unlimited().with_comments(true), &chunks);
        equal(&outcomes, &items, at)?;
    }
    Ok(())
}
