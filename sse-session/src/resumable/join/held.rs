//! What came live while something else was delivered.

use std::collections::VecDeque;

/// What came live while what was missed is delivered: so many events and bytes, or else nothing and
/// the knowledge that something was lost.
pub(super) struct Held<T> {
    max_events: usize,
    max_bytes: usize,
    /// Each with its bytes.
    events: VecDeque<(T, usize)>,
    bytes: usize,
    lost: bool,
}

impl<T> Held<T> {
    pub(super) const fn new(max_events: usize, max_bytes: usize) -> Self {
        Self {
            max_events,
            max_bytes,
            events: VecDeque::new(),
            bytes: 0,
            lost: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    /// Once something is lost, all that follows will be read anyway.
    pub(super) fn push(&mut self, event: T, bytes: usize) {
        if self.lost {
            return;
        }
        self.bytes = self.bytes.saturating_add(bytes);
        if self.events.len() >= self.max_events || self.bytes > self.max_bytes {
            return self.lose();
        }
        self.events.push_back((event, bytes));
    }

    pub(super) fn lose(&mut self) {
        self.lost = true;
        self.bytes = 0;
        self.events = VecDeque::new();
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        let (event, bytes) = self.events.pop_front()?;
        self.bytes -= bytes;
        Some(event)
    }

    /// Whether something was lost; from here on nothing is.
    pub(super) const fn take_lost(&mut self) -> bool {
        core::mem::replace(&mut self.lost, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_fits_or_knows_that_something_is_lost() {
        let mut held = Held::new(2, 10);
        held.push('a', 5);
        held.push('b', 5);
        assert_eq!(
            (held.pop(), held.pop(), held.pop()),
            (Some('a'), Some('b'), None)
        );
        assert!(!held.take_lost());
        for (count, bytes) in [(3, 1), (2, 6), (1, 11), (1, usize::MAX)] {
            (0..count).for_each(|_| held.push('c', bytes));
            assert_eq!((held.len(), held.pop()), (0, None));
            held.push('d', 1);
            assert_eq!(held.pop(), None, "there is a hole before it");
            assert!(held.take_lost());
            assert!(!held.take_lost());
        }
        held.push('e', 10);
        assert_eq!(held.pop(), Some('e'));
    }
}
