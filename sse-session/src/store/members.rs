//! Sets of members that expire.

use core::{fmt, time::Duration};
use std::sync::Arc;

use bytes::Bytes;

/// The name of a set: as that of a [`Key`](super::Key).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SetName {
    name: Arc<str>,
}

impl SetName {
    /// The set of this name among those of its kind.
    #[must_use]
    pub(crate) fn new(kind: &str, name: &str) -> Self {
        Self {
            name: format!("{kind}/{name}").into(),
        }
    }

    /// The same set of a tenant.
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

impl fmt::Debug for SetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetName(..)")
    }
}

/// A member of a set: an id up to 128 bytes, and what is known of it, up to 256.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    /// By which it is the same one.
    pub id: Bytes,
    /// Whatever the hub keeps with it; the last one told counts.
    pub note: Bytes,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Member(..)")
    }
}

/// How a member joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Join {
    /// How long it is a member unless it joins again.
    pub ttl: Duration,
    /// How many there may be, and what happens to one more; `None`: any number.
    pub limit: Option<(u32, Full)>,
}

impl Join {
    /// For so long, whatever the number.
    #[must_use]
    pub const fn new(ttl: Duration) -> Self {
        Self { ttl, limit: None }
    }

    /// Of so many at most.
    #[must_use]
    pub const fn with_limit(mut self, members: u32, full: Full) -> Self {
        self.limit = Some((members, full));
        self
    }
}

/// What happens when a set is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Full {
    /// The new one is refused.
    Refuse,
    /// The one that joined first goes.
    EvictOldest,
}

/// What became of joining.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    /// It is a member.
    Member {
        /// It was none before.
        new: bool,
        /// Those that had to go for it.
        evicted: Vec<Member>,
    },
    /// The set is full.
    Refused,
}

/// Who is in a set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Members {
    /// How many.
    pub count: u64,
    /// The ones that joined first, up to the number asked for.
    pub first: Vec<Member>,
}
