//! Limits with one rule broken: negative controls for the vectors with limits.

use super::limits::{
    DecodedWithinLimits, LimitRules, Limits, Line, OurRules, Retained, decode_limited_by,
};

/// Declares the flaws and the list of all of them, so that none can be left out.
macro_rules! limit_flaws {
    ($(#[doc = $text:literal] $flaw:ident,)*) => {
        /// One broken rule of the limits.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum LimitFlaw {
            $(#[doc = $text] $flaw,)*
        }

        impl LimitFlaw {
            /// Every flaw.
            pub const ALL: &[Self] = &[$(Self::$flaw),*];
        }
    };
}

limit_flaws! {
    /// Comments may have any length.
    CommentsNotMeasured,
    /// Unknown fields may have any length.
    UnknownFieldsNotMeasured,
    /// An unfinished line may have any length.
    UnfinishedLineNotMeasured,
    /// A line as long as the limit is too long.
    LineAtTheLimitTooLong,
    /// The line end counts.
    LineEndCounted,
    /// The BOM counts as part of the first line.
    BomCounted,
    /// Offsets are counted from behind the BOM.
    OffsetsWithoutBom,
    /// An event as large as the limit is too large.
    EventAtTheLimitTooLarge,
    /// The line feed that the standard adds to each data line does not count.
    LineFeedsNotCounted,
    /// Only the last data line counts.
    EarlierDataLinesNotCounted,
    /// The event type does not count.
    EventTypeNotCounted,
    /// The ID does not count.
    IdNotCounted,
    /// Only blocks with data have a size.
    BlocksWithoutDataNotMeasured,
    /// An ID with U+0000 counts, and is named.
    IdWithNulTaken,
    /// Characters are counted, after replacement.
    CharactersCounted,
    /// Bytes are counted after replacement.
    ReplacementsCounted,
    /// After an error the next line is decoded.
    ResumesAtTheNextLine,
    /// The ID of a block with an error is taken.
    IdOfFailedBlockTaken,
    /// An error resets the last event ID.
    ErrorResetsTheId,
}

impl LimitFlaw {
    /// Decodes as [`super::decode_limited`] does, with this flaw.
    #[must_use]
    pub fn decode(
        self,
        bytes: &[u8],
        max_line_bytes: usize,
        max_event_bytes: usize,
        initial_id: &str,
    ) -> DecodedWithinLimits {
        let limits = Limits {
            max_line_bytes,
            max_event_bytes,
        };
        decode_limited_by(&self, bytes, limits, initial_id)
    }

    /// The size of a value as this flaw counts it.
    fn size(self, value: &[u8]) -> usize {
        let text = String::from_utf8_lossy(value);
        match self {
            Self::CharactersCounted => text.chars().count(),
            Self::ReplacementsCounted => text.len(),
            _ => value.len(),
        }
    }
}

impl LimitRules for LimitFlaw {
    fn measures(&self, line: &Line<'_>) -> bool {
        let known = [b"data".as_slice(), b"event", b"id", b"retry", b""];
        let name = line
            .bytes
            .split(|byte| *byte == b':')
            .next()
            .unwrap_or(line.bytes);
        match self {
            Self::CommentsNotMeasured => !line.bytes.starts_with(b":"),
            Self::UnknownFieldsNotMeasured => known.contains(&name),
            Self::UnfinishedLineNotMeasured => line.terminated,
            _ => true,
        }
    }

    fn line_bytes(&self, line: &Line<'_>) -> usize {
        match self {
            Self::LineAtTheLimitTooLong if !line.bytes.is_empty() => line.bytes.len() + 1,
            Self::LineEndCounted => line.whole.len(),
            Self::BomCounted if line.at_byte == 3 => line.bytes.len() + 3,
            _ => self.size(line.bytes),
        }
    }

    fn takes_id(&self, value: &[u8]) -> bool {
        *self == Self::IdWithNulTaken || OurRules.takes_id(value)
    }

    fn retained_bytes(&self, retained: &Retained<'_>) -> usize {
        let line_feeds = match self {
            Self::LineFeedsNotCounted => 0,
            _ => retained.data.len(),
        };
        let data: usize = match (self, retained.data.last()) {
            (Self::EarlierDataLinesNotCounted, Some(last)) => last.len(),
            (Self::BlocksWithoutDataNotMeasured, None) => return 0,
            _ => retained.data.iter().map(|line| self.size(line)).sum(),
        };
        let event_type = match self {
            Self::EventTypeNotCounted => 0,
            _ => self.size(retained.event_type),
        };
        let id = match (self, retained.id) {
            (Self::IdNotCounted, _) | (_, None) => 0,
            (_, Some(id)) => self.size(id),
        };
        let size = data + line_feeds + event_type + id;
        size + usize::from(*self == Self::EventAtTheLimitTooLarge)
    }

    fn at_byte(&self, at_byte: usize, bom_bytes: usize) -> u64 {
        match self {
            Self::OffsetsWithoutBom => (at_byte - bom_bytes) as u64,
            _ => at_byte as u64,
        }
    }

    fn lines_used(&self, lines_of_block: usize, broken_line: usize) -> usize {
        match self {
            Self::ResumesAtTheNextLine => broken_line + 1,
            _ => lines_of_block,
        }
    }

    fn last_event_id_after(&self, before: &str, block_id: Option<&str>) -> String {
        match self {
            Self::IdOfFailedBlockTaken => block_id.unwrap_or(before).to_owned(),
            Self::ErrorResetsTheId => String::new(),
            _ => before.to_owned(),
        }
    }
}
