//! How streams are joined.

use core::hash::Hash;

use futures_core::Stream;
use sse_codec::Encode;

use super::{ByEquality, ByOrder, Delivered, Joined, Live, Page};

/// How what was missed and what comes live are joined to one stream, for events that carry ids of
/// their own. See the [module](crate::resumable#events-that-have-ids).
///
/// Made once, cloned per connection if the function that gives the keys can be.
#[derive(Debug, Clone)]
#[must_use]
pub struct Join<D> {
    delivered: D,
    max_held_events: usize,
    max_held_bytes: usize,
}

impl<T, K: Ord + Clone, F: Fn(&T) -> K> Join<ByOrder<T, K, F>> {
    /// Events whose keys have an order, in which they also become visible: `key` gives the key of an
    /// event.
    ///
    /// An event that comes live and whose key is not greater than that of the last one delivered is **not
    /// delivered**: by the order, it has been. So a duplicate changes nothing, and one that comes late is
    /// left out. Two publishers that race can make one late:
    ///
    /// - If they only *tell* in another order than they commit: [`Join::with_follows`], or a live stream
    ///   of nothing but [`Live::Lost`], so that each event is read where the order is.
    /// - If the keys become *visible* in another order than theirs (numbers of a sequence, drawn by
    ///   transactions that commit in any order), a client that comes back after the greater one would not get the
    ///   smaller one either: draw them in the order of the commits.
    pub const fn ordered(key: F) -> Self {
        Self::new(ByOrder::new(key))
    }

    /// An event that comes live is taken only if `follows` says that its key comes next behind the last
    /// one; else what was missed is asked for again, and the event comes with it. For keys that mostly have no
    /// holes: each hole costs a question. An event is taken as it is while there is no last key, of a client
    /// that is new and has got nothing: see [`Page::up_to`].
    ///
    /// ```
    /// use sse_session::resumable::Join;
    ///
    /// # struct Row { id: u64 }
    /// let join = Join::ordered(|row: &Row| row.id).with_follows(|last, next| *next == last + 1);
    /// # let _ = join;
    /// ```
    pub const fn with_follows(mut self, follows: fn(&K, &K) -> bool) -> Self {
        self.delivered.follows = Some(follows);
        self
    }
}

impl<T, K: Eq + Hash + Clone, F: Fn(&T) -> K> Join<ByEquality<T, K, F>> {
    /// Events whose keys have no order, or not the one in which they become visible: `key` gives the
    /// key of an event.
    ///
    /// An event that comes live is **not delivered** if its key is one of the
    /// [last](Self::with_remembered_keys) that were. Others are delivered as they come, also one that comes
    /// late: the client stands behind it then, and gets what is behind it again when it comes back. On its
    /// next connection the keys of this one are not known: what is told only then may come twice.
    pub fn by_equality(key: F) -> Self {
        Self::new(ByEquality::new(key))
    }

    /// Sets how many keys of delivered events are remembered: 1,024; 0 counts as 1. An event that comes live so
    /// many events late is delivered twice, so let it be more than the live stream may have on the way:
    /// the capacity of a broadcast channel.
    pub const fn with_remembered_keys(mut self, keys: usize) -> Self {
        self.delivered.max_keys = if keys == 0 { 1 } else { keys };
        self
    }
}

impl<D> Join<D> {
    const fn new(delivered: D) -> Self {
        Self {
            delivered,
            max_held_events: 1024,
            max_held_bytes: 1 << 20,
        }
    }

    /// Sets how many events that come live are held while what was missed is delivered: 1,024. If there
    /// are more, they are let go, and what was missed is asked for again.
    pub const fn with_max_held_events(mut self, events: usize) -> Self {
        self.max_held_events = events;
        self
    }

    /// Sets how many bytes they may have together, encoded: 1 MiB.
    pub const fn with_max_held_bytes(mut self, bytes: usize) -> Self {
        self.max_held_bytes = bytes;
        self
    }
}

impl<D: Delivered> Join<D> {
    /// The stream of one client, which has seen everything up to the key `after`.
    ///
    /// `live` brings what happens from now on: it **is subscribed when this is called**. Its
    /// items are events or [`Live`].
    ///
    /// `missed` reads the next events behind a key, in order: one [`Page`], or a `Vec` for short. It is called
    /// again with the key of the last one until a page is empty, is the [last](Page::last), or does
    /// not go beyond that key. For a client that is new it is called with `None`, and decides what such a client
    /// gets: all, the last few, or nothing ([`Page::up_to`] the newest key, so that the client misses
    /// nothing from there on).
    ///
    /// What comes live must be visible to `missed` **before**: publish behind the commit, and read from
    /// a database that has it, which a replica may not.
    pub fn join<L, M, R, P, E>(
        self,
        after: impl Into<Option<D::Key>>,
        live: L,
        missed: M,
    ) -> Joined<D, L, M, R>
    where
        D::Event: Encode,
        L: Stream,
        L::Item: Into<Live<D::Event>>,
        M: FnMut(Option<D::Key>) -> R,
        R: Future<Output = Result<P, E>>,
        P: Into<Page<D::Event, D::Key>>,
    {
        let mut delivered = self.delivered;
        delivered.begin(after.into());
        Joined::new(
            delivered,
            live,
            missed,
            self.max_held_events,
            self.max_held_bytes,
        )
    }
}
