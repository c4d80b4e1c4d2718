//! A part of what was missed.

use core::fmt;

/// A part of what was missed: the next events behind the key that was asked for, in order.
///
/// A `Vec` becomes one that may have more behind it, unless it is empty.
///
/// ```
/// use sse_session::resumable::Page;
///
/// // All that is read at once is all that there was: no second question is asked.
/// let page: Page<&str, u64> = Page::new(vec!["a", "b"]).last();
/// // A new client, who gets what comes from now on: behind the newest event that there is.
/// let page: Page<&str, u64> = Page::new(Vec::new()).up_to(7).last();
/// # let _ = page;
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Page<T, K> {
    pub(super) events: Vec<T>,
    pub(super) up_to: Option<K>,
    last: bool,
}

impl<T, K> Page<T, K> {
    /// These events. There may be more behind them, unless there are none.
    pub const fn new(events: Vec<T>) -> Self {
        Self {
            events,
            up_to: None,
            last: false,
        }
    }

    /// There is nothing more behind this page **now**: one question less.
    pub fn last(self) -> Self {
        Self { last: true, ..self }
    }

    /// The page covers everything up to this key, though its last event may have a smaller one, or there
    /// is none: the rest is not for this client, or it begins here. What follows is asked for behind it.
    pub fn up_to(self, key: K) -> Self {
        Self {
            up_to: Some(key),
            ..self
        }
    }

    pub(super) const fn has_more(&self) -> bool {
        !self.last && (!self.events.is_empty() || self.up_to.is_some())
    }
}

impl<T, K> From<Vec<T>> for Page<T, K> {
    fn from(events: Vec<T>) -> Self {
        Self::new(events)
    }
}

/// Without the events and the key.
impl<T, K> fmt::Debug for Page<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("events", &self.events.len())
            .field("more", &self.has_more())
            .finish_non_exhaustive()
    }
}
