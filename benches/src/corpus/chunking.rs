//! The chunks that a corpus is cut into.

/// How a corpus is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chunking {
    /// One chunk.
    Whole,
    /// Chunks of so many bytes.
    Size(usize),
    /// A chunk for each event, and for each comment that stands alone.
    Event,
}

impl Chunking {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 5] = [
        Self::Whole,
        Self::Size(16 << 10),
        Self::Size(1400),
        Self::Event,
        Self::Size(64),
    ];

    /// Its name in tables and options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Event => "event",
            Self::Size(16_384) => "16KiB",
            Self::Size(1400) => "1400B",
            Self::Size(64) => "64B",
            Self::Size(_) => "other",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|chunking| chunking.name() == name)
    }
}
