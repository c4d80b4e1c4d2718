//! Appending to a log.

use core::time::Duration;

use bytes::Bytes;

use super::{Key, Position};

/// What is appended, and how.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Append {
    /// The record's bytes.
    pub payload: Bytes,
    /// The record's tag, random and not 0. The same one again when an append whose outcome is unknown
    /// is repeated.
    pub tag: u32,
    /// Makes it an append that may be repeated.
    pub key: Option<IdempotencyKey>,
    /// What the log keeps from now on.
    pub retention: Retention,
    /// Appends only if this still holds.
    pub fence: Option<Fence>,
}

impl Append {
    /// An append of this, that keeps the default and may not be repeated.
    #[must_use]
    pub const fn new(payload: Bytes, tag: u32) -> Self {
        Self {
            payload,
            tag,
            key: None,
            retention: Retention::DEFAULT,
            fence: None,
        }
    }
}

/// Of two appends to a log with the same key within the window, the second does nothing and gives the
/// position of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// 1 to 64 bytes.
    pub key: Bytes,
    /// How long it is remembered.
    pub window: Duration,
}

/// What a log keeps at least. Older records are trimmed, some time after an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// So many records; at least 1.
    pub max_records: u64,
    /// None that is older.
    pub max_age: Option<Duration>,
    /// So many bytes of payload, if the store can; the newest record stays in any case.
    pub max_bytes: Option<u64>,
}

impl Retention {
    /// 1,000 records of any age.
    pub const DEFAULT: Self = Self {
        max_records: 1_000,
        max_age: None,
        max_bytes: None,
    };

    /// So many records; 0 counts as 1.
    #[must_use]
    pub const fn records(max_records: u64) -> Self {
        Self {
            max_records: if max_records == 0 { 1 } else { max_records },
            ..Self::DEFAULT
        }
    }

    /// And none that is older.
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// And no more bytes of payload, where the store can count them.
    #[must_use]
    pub const fn with_max_bytes(mut self, max_bytes: u64) -> Self {
        self.max_bytes = Some(max_bytes);
        self
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A value of the registry that has to be the current one still: whoever has put a newer one has fenced
/// this off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// Where it is.
    pub key: Key,
    /// Its revision.
    pub revision: u64,
}

/// What was appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appended {
    /// Where it stands.
    pub position: Position,
    /// It was there already, by its key.
    pub duplicate: bool,
    /// How safe it is.
    pub durability: Durability,
}

impl Appended {
    /// For stores.
    #[must_use]
    pub const fn new(position: Position, durability: Durability) -> Self {
        Self {
            position,
            duplicate: false,
            durability,
        }
    }

    /// It was there already.
    #[must_use]
    pub const fn as_duplicate(mut self) -> Self {
        self.duplicate = true;
        self
    }
}

/// What an acknowledged record survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Durability {
    /// Nothing: it is in memory.
    Memory,
    /// The end of the process; of the machine, as the store's own settings say.
    Stored,
    /// The end of the machine: it was synchronised to disk.
    Synced,
    /// The loss of a machine: others have it too.
    Replicated,
}
