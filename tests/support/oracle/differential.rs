//! The fast decoder equals the slow, obvious one.

use sse_codec::{Decoder, Limits};

use super::{Chunking, Face, Outcome, decode};
use crate::reference::{self, ReferenceItem};

/// Every face, for this chunking, says what the reference says of the whole stream.
///
/// # Panics
///
/// If one does not.
pub fn check_differential(stream: &[u8], chunking: &Chunking) {
    let expected = reference::decode(stream);
    let items: Vec<Outcome> = expected.items.iter().cloned().map(Outcome::Item).collect();
    let without_comments: Vec<Outcome> = items
        .iter()
        .filter(|item| !matches!(item, Outcome::Item(ReferenceItem::Comment { .. })))
        .cloned()
        .collect();
    let chunks = chunking.cut(stream);
    for face in Face::ALL {
        let decoder = Decoder::new().with_limits(Limits::unlimited());
        let (outcomes, id) = decode(face, decoder, &chunks);
        assert_eq!(
            outcomes,
            without_comments,
            "{face:?} of {}",
            stream.escape_ascii()
        );
        assert_eq!(
            id,
            expected.last_event_id,
            "{face:?} of {}",
            stream.escape_ascii()
        );
    }
    let decoder = Decoder::new()
        .with_limits(Limits::unlimited())
        .with_comments(true);
    let (outcomes, _) = decode(Face::Borrowed, decoder, &chunks);
    assert_eq!(
        outcomes,
        items,
        "with comments, of {}",
        stream.escape_ascii()
    );
    let decoder = Decoder::new()
        .with_limits(Limits::unlimited())
        .with_comments(true);
    let (outcomes, _) = decode(Face::Owned, decoder, &chunks);
    assert_eq!(
        outcomes,
        items,
        "owned with comments, of {}",
        stream.escape_ascii()
    );
}
