//! Where a peer does not decode what the standard says, or does not encode what it is given.
//! `tests/peers_agree.rs` and `tests/encoders_agree.rs` fail when something is wrong that is not
//! listed, and when something listed is right.

use crate::{corpus::Chunking, message::LINE_ENDS, peer::Difference};

/// A peer that is wrong in some cells.
#[derive(Debug)]
pub struct Divergence {
    /// The peer's name.
    pub peer: &'static str,
    /// The corpus.
    pub corpus: &'static str,
    /// The chunking.
    pub chunking: Chunking,
    /// What is wrong.
    pub difference: Difference,
}

/// Every cell in which a peer is wrong.
///
/// tokio_sse_codec takes no CR LF that is split over two chunks for one line end, so it misses
/// the blank line after it and joins two events.
pub const DIVERGENCES: [Divergence; 3] = [
    Divergence {
        peer: "tokio_sse_codec",
        corpus: "crlf",
        chunking: Chunking::Size(16 << 10),
        difference: Difference::Events,
    },
    Divergence {
        peer: "tokio_sse_codec",
        corpus: "crlf",
        chunking: Chunking::Size(1400),
        difference: Difference::Events,
    },
    Divergence {
        peer: "tokio_sse_codec",
        corpus: "crlf",
        chunking: Chunking::Size(64),
        difference: Difference::Events,
    },
];

/// What is wrong with this peer in this cell.
#[must_use]
pub fn divergence(peer: &str, corpus: &str, chunking: Chunking) -> Option<Difference> {
    DIVERGENCES
        .iter()
        .find(|listed| {
            listed.peer == peer && listed.corpus == corpus && listed.chunking == chunking
        })
        .map(|listed| listed.difference)
}

/// Data that an encoder does not write so that a client sees it.
#[derive(Debug)]
pub struct WrongEncoding {
    /// The encoder's name.
    pub encoder: &'static str,
    /// The case.
    pub case: &'static str,
    /// The data of the messages that are wrong.
    pub data: &'static [&'static str],
}

/// Every case in which an encoder is wrong.
///
/// axum takes CR LF for two line ends, and writes nothing for empty data, which makes no event.
/// The other two do not take a lone CR for a line end, so that what comes after it is read as a
/// field of its own; `sse-codec 0.3` also loses empty lines at the end.
pub const WRONG_ENCODINGS: [WrongEncoding; 3] = [
    WrongEncoding {
        encoder: "axum",
        case: LINE_ENDS,
        data: &["", "a\r\nb", "\r\n\r\n"],
    },
    WrongEncoding {
        encoder: "tokio_sse_codec",
        case: LINE_ENDS,
        data: &["a\rb", "a\r"],
    },
    WrongEncoding {
        encoder: "sse-codec 0.3",
        case: LINE_ENDS,
        data: &["", "\n", "a\n", "a\rb", "a\r", "\r\n\r\n"],
    },
];

/// The data that this encoder gets wrong in this case; most often none.
#[must_use]
pub fn wrong_data(encoder: &str, case: &str) -> &'static [&'static str] {
    let mut listed = WRONG_ENCODINGS.iter();
    let listed = listed.find(|listed| listed.encoder == encoder && listed.case == case);
    listed.map_or(&[], |listed| listed.data)
}

/// Whether an encoder is right in every case, also in the one that is not timed.
#[must_use]
pub fn always_encodes_rightly(encoder: &str) -> bool {
    WRONG_ENCODINGS
        .iter()
        .all(|listed| listed.encoder != encoder)
}
