//! Where a record stands.

/// Where a record stands in its log. Comparable only within one log, and by offset only within one
/// epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    /// Which making of the log: another one each time that it is made anew.
    pub epoch: u64,
    /// Strictly growing within the epoch, from 1 on; contiguous where the store declares it.
    pub offset: u64,
    /// Of this record, random, never 0: two records that had the same epoch and offset differ in it.
    pub tag: u32,
}

impl Position {
    /// As the predecessor of the next record.
    #[must_use]
    pub const fn as_previous(self) -> Previous {
        Previous {
            offset: self.offset,
            tag: self.tag,
        }
    }
}

/// Where the predecessor of a record stood, in the same epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Previous {
    /// Its offset; 0 if there was none.
    pub offset: u64,
    /// Its tag; 0 if there was none.
    pub tag: u32,
}
