//! Reading a log.

use bytes::Bytes;

use super::{Position, Previous};

/// A record of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it stands.
    pub position: Position,
    /// Where its predecessor stood, trimmed or not.
    pub previous: Previous,
    /// What was appended.
    pub payload: Bytes,
}

/// Where to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFrom {
    /// With the oldest record that is kept.
    Earliest,
    /// Behind the record that stood here, if it is of this log still.
    After(Position),
}

/// How much to read at once. At least one record is read, if there is one, whatever its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimit {
    /// So many records.
    pub max_records: usize,
    /// So many bytes of payload.
    pub max_bytes: usize,
}

impl Default for ReadLimit {
    /// 256 records, 1 MiB.
    fn default() -> Self {
        Self {
            max_records: 256,
            max_bytes: 1 << 20,
        }
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Whether the records follow the position without a hole.
    pub verdict: Verdict,
    /// The newest record of the log, if there ever was one in this epoch.
    pub head: Option<Position>,
    /// In order. None where there is a gap.
    pub records: Vec<Record>,
    /// There are more behind these.
    pub more: bool,
}

/// Whether records follow a position without a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They do.
    Contiguous,
    /// They do not.
    Gap(GapReason),
}

/// Why something may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GapReason {
    /// What followed was trimmed.
    Trimmed,
    /// The id is none of ours, or its log is not there.
    Unknown,
    /// The log was made anew.
    Epoch,
    /// The log ends before the position: its last records are lost.
    Rewound,
    /// Another record stands at the position: the log was rewound and has gone on.
    Forked,
    /// The subscriber was too slow.
    Lagged,
}

impl GapReason {
    /// A name for the wire, metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trimmed => "trimmed",
            Self::Unknown => "unknown",
            Self::Epoch => "epoch",
            Self::Rewound => "rewound",
            Self::Forked => "forked",
            Self::Lagged => "lagged",
        }
    }
}
