//! What was delivered already.

use core::{fmt, hash::Hash, marker::PhantomData, ops::ControlFlow};
use std::collections::{HashSet, VecDeque};

/// How a [`Join`](super::Join) knows what it has delivered: [`ByOrder`] or [`ByEquality`].
pub trait Delivered: sealed::Sealed {
    /// The events.
    type Event;
    /// Their keys.
    type Key: Clone;

    /// Where the client stands.
    #[doc(hidden)]
    fn begin(&mut self, after: Option<Self::Key>);

    /// Behind which key a page of what was missed is to begin.
    #[doc(hidden)]
    fn ask(&mut self) -> Option<Self::Key>;

    /// An event of what was missed: whether it is delivered now. A break: the page goes back.
    #[doc(hidden)]
    fn missed(&mut self, event: &Self::Event) -> ControlFlow<(), bool>;

    /// An event that came live: whether it is delivered now. A break: something was missed before it.
    #[doc(hidden)]
    fn live(&mut self, event: &Self::Event) -> ControlFlow<(), bool>;

    /// Whether an event was delivered.
    #[doc(hidden)]
    fn knows(&self, event: &Self::Event) -> bool;

    /// Everything up to this key counts as delivered; whether that is news.
    #[doc(hidden)]
    fn move_to(&mut self, key: Self::Key) -> bool;

    /// Whether the next question is another one than the last.
    #[doc(hidden)]
    fn has_moved(&self) -> bool;
}

/// Nobody else implements [`Delivered`], so that it can change.
mod sealed {
    #[expect(unnameable_types, reason = "that is the point")]
    pub trait Sealed {}
}

/// What is not greater than the last key was delivered: made by [`Join::ordered`](super::Join::ordered).
#[derive(Clone)]
pub struct ByOrder<T, K, F> {
    key: F,
    /// Whether the second key is the next one behind the first.
    pub(super) follows: Option<fn(&K, &K) -> bool>,
    last: Option<K>,
    asked: Option<K>,
    events: PhantomData<fn(&T)>,
}

impl<T, K, F> ByOrder<T, K, F> {
    pub(super) const fn new(key: F) -> Self {
        Self {
            key,
            follows: None,
            last: None,
            asked: None,
            events: PhantomData,
        }
    }
}

impl<T, K, F> sealed::Sealed for ByOrder<T, K, F> {}

impl<T, K: Ord + Clone, F: Fn(&T) -> K> Delivered for ByOrder<T, K, F> {
    type Event = T;
    type Key = K;

    fn begin(&mut self, after: Option<K>) {
        self.last = after;
    }

    fn ask(&mut self) -> Option<K> {
        self.asked.clone_from(&self.last);
        self.last.clone()
    }

    fn missed(&mut self, event: &T) -> ControlFlow<(), bool> {
        let key = (self.key)(event);
        match &self.last {
            Some(last) if key == *last => ControlFlow::Continue(false),
            // More than was asked for, which is harmless; else the page goes back.
            Some(last) if key < *last => match &self.asked {
                Some(asked) if key <= *asked => ControlFlow::Continue(false),
                _ => ControlFlow::Break(()),
            },
            _ => {
                self.last = Some(key);
                ControlFlow::Continue(true)
            }
        }
    }

    fn live(&mut self, event: &T) -> ControlFlow<(), bool> {
        let key = (self.key)(event);
        if let (Some(follows), Some(last)) = (self.follows, &self.last)
            && key > *last
            && !follows(last, &key)
        {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(self.move_to(key))
    }

    fn knows(&self, event: &T) -> bool {
        let key = (self.key)(event);
        self.last.as_ref().is_some_and(|last| key <= *last)
    }

    fn move_to(&mut self, key: K) -> bool {
        let news = self.last.as_ref().is_none_or(|last| key > *last);
        if news {
            self.last = Some(key);
        }
        news
    }

    fn has_moved(&self) -> bool {
        self.last != self.asked
    }
}

impl<T, K, F> fmt::Debug for ByOrder<T, K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByOrder")
    }
}

/// What has one of the last keys was delivered: made by [`Join::by_equality`](super::Join::by_equality).
#[derive(Clone)]
pub struct ByEquality<T, K, F> {
    key: F,
    last: Option<K>,
    asked: Option<K>,
    pub(super) max_keys: usize,
    /// The oldest is in front.
    recent: VecDeque<K>,
    set: HashSet<K>,
    events: PhantomData<fn(&T)>,
}

impl<T, K, F> ByEquality<T, K, F> {
    pub(super) fn new(key: F) -> Self {
        Self {
            key,
            last: None,
            asked: None,
            max_keys: 1024,
            recent: VecDeque::new(),
            set: HashSet::new(),
            events: PhantomData,
        }
    }
}

impl<T, K, F> sealed::Sealed for ByEquality<T, K, F> {}

impl<T, K: Eq + Hash + Clone, F: Fn(&T) -> K> Delivered for ByEquality<T, K, F> {
    type Event = T;
    type Key = K;

    fn begin(&mut self, after: Option<K>) {
        if let Some(after) = after {
            self.move_to(after);
        }
    }

    fn ask(&mut self) -> Option<K> {
        self.asked.clone_from(&self.last);
        self.last.clone()
    }

    /// Here the order is known: what is behind a known event comes next, also if that one was not the last that
    /// was delivered.
    fn missed(&mut self, event: &T) -> ControlFlow<(), bool> {
        let is_known = self.knows(event);
        self.move_to((self.key)(event));
        ControlFlow::Continue(!is_known)
    }

    fn live(&mut self, event: &T) -> ControlFlow<(), bool> {
        ControlFlow::Continue(!self.knows(event) && self.move_to((self.key)(event)))
    }

    fn knows(&self, event: &T) -> bool {
        self.set.contains(&(self.key)(event))
    }

    fn move_to(&mut self, key: K) -> bool {
        if self.last.as_ref() == Some(&key) {
            return false;
        }
        if self.set.insert(key.clone()) {
            if self.recent.len() >= self.max_keys
                && let Some(oldest) = self.recent.pop_front()
            {
                self.set.remove(&oldest);
            }
            self.recent.push_back(key.clone());
        }
        self.last = Some(key);
        true
    }

    fn has_moved(&self) -> bool {
        self.last != self.asked
    }
}

impl<T, K, F> fmt::Debug for ByEquality<T, K, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByEquality")
    }
}
