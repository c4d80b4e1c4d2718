//! What a reader finds in a ring, for tests.

use super::Entry;

/// What a reader finds in a ring, for tests.
pub(super) struct Drained(Vec<Entry>);

impl Drained {
    pub(super) fn of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Self {
        Self(entries.cloned().collect())
    }

    #[cfg(loom)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }
}
