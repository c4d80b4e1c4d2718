//! Values that are compared and set.

use core::fmt;
use std::sync::Arc;

use bytes::Bytes;

/// The name of a value in the registry: UTF-8 without control characters, up to 250 bytes. It may have
/// ids in it, so its `Debug` does not tell it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    name: Arc<str>,
}

impl Key {
    /// The value of this name among those of its kind.
    #[must_use]
    pub(crate) fn new(kind: &str, name: &str) -> Self {
        Self {
            name: format!("{kind}/{name}").into(),
        }
    }

    /// The same value of a tenant.
    pub(crate) fn prefixed(&self, prefix: &str) -> Self {
        Self {
            name: format!("{prefix}{}", self.name).into(),
        }
    }

    /// The text, by which a store keeps it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// A value, and its revision.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Up to 64 KiB.
    pub value: Bytes,
    /// Another one each time that the value is put; it grows, also over removal and expiry.
    pub revision: u64,
}

/// Without the value, which may be of a session.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

/// What has to be there for a value to be put or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Anything, or nothing.
    Any,
    /// Nothing.
    Absent,
    /// The value of this revision.
    Revision(u64),
}

impl Expect {
    /// Whether this is what has to be there; for stores.
    #[must_use]
    pub fn is_met_by(self, current: Option<&Entry>) -> bool {
        match self {
            Self::Any => true,
            Self::Absent => current.is_none(),
            Self::Revision(revision) => current.is_some_and(|entry| entry.revision == revision),
        }
    }
}

/// What became of putting a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It is there, with this revision.
    Stored {
        /// The fence for what its owner does.
        revision: u64,
    },
    /// It is not: this was there instead.
    Conflict {
        /// Nothing if it was absent.
        current: Option<Entry>,
    },
}
