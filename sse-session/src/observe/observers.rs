//! All who are told.

use core::fmt;
use std::sync::Arc;

use super::HubObserver;

/// Who is told what happens on a hub. Given to
/// [`HubBuilder::with_observers`](crate::hub::HubBuilder::with_observers); sessions, inboxes and
/// presence over the hub tell the same.
///
/// An observer that is given twice is told once.
#[derive(Clone, Default)]
#[must_use]
pub struct Observers {
    list: Vec<Arc<dyn HubObserver>>,
}

impl Observers {
    /// No observers, to start from.
    pub const fn new() -> Self {
        Self { list: Vec::new() }
    }

    /// Adds an observer.
    pub fn with_observer(self, observer: Arc<impl HubObserver>) -> Self {
        self.and(observer)
    }

    /// Counts for the recorder of the `metrics` facade that is there now: install it first. What
    /// comes later does not see these metrics.
    #[cfg(feature = "metrics")]
    pub fn with_metrics(self, metrics: &super::HubMetrics) -> Self {
        self.and(Arc::new(metrics.register()))
    }

    fn and(mut self, observer: Arc<dyn HubObserver>) -> Self {
        if !self.list.iter().any(|other| Arc::ptr_eq(other, &observer)) {
            self.list.push(observer);
        }
        self
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// One comparison where nobody is told.
    #[inline]
    pub(crate) fn tell(&self, tell: impl Fn(&dyn HubObserver)) {
        if !self.is_empty() {
            self.tell_each(&tell);
        }
    }

    /// Out of the way of those who tell nobody.
    #[cold]
    fn tell_each(&self, tell: &dyn Fn(&dyn HubObserver)) {
        for observer in &self.list {
            tell(&**observer);
        }
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observers")
            .field("number", &self.list.len())
            .finish()
    }
}
