//! What a reader takes out of a ring at once.

use super::Entry;

/// What a reader takes out of a ring at once: shared entries. One alone needs no allocation.
pub(crate) struct Drained {
    first: Option<Entry>,
    others: Vec<Entry>,
}

impl Drained {
    /// So many entries are taken under one lock.
    const MAX_ENTRIES: usize = 32;

    pub(super) fn of<'a>(entries: impl ExactSizeIterator<Item = &'a Entry>) -> Self {
        let mut entries = entries.take(Self::MAX_ENTRIES).cloned();
        Self {
            first: entries.next(),
            others: entries.collect(),
        }
    }

    pub(super) const fn nothing() -> Self {
        Self {
            first: None,
            others: Vec::new(),
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.first.iter().chain(&self.others)
    }
}
