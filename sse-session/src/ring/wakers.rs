//! Who waits for the next entry.

use core::{fmt, task::Waker};
use std::sync::Arc;

use super::{Round, shard::Shard, sync::Mutex};

/// Who waits for the next entry.
///
/// A reader that finds nothing registers and **then looks again**; a writer makes its entry visible
/// and **then** wakes. Whichever comes second to the shard's lock sees what the other has done, so
/// no wake-up is lost. The models in `wakers/models.rs` go through all orders.
///
/// Up to 64 waiters are under one lock, more are spread over up to 64.
pub(crate) struct Wakers {
    shards: Mutex<Shards>,
    shape: Shape,
}

#[derive(Default)]
struct Shards {
    list: Vec<Arc<Mutex<Shard>>>,
    /// The shard whose turn is next, in rounds.
    turn: usize,
    /// How many shards those who go round have to go to.
    left: usize,
    /// How many go round.
    rounds: usize,
}

#[derive(Debug, Clone, Copy)]
struct Shape {
    max_shards: usize,
    /// A shard with so many waiters calls for another one, if there may be one.
    full: usize,
}

/// How many are woken between two looks at the lock. One in models, so that there are two looks.
const BATCH: usize = if cfg!(all(test, loom)) { 1 } else { 32 };

/// So many go round at a time: while one waits for its turn behind those whom it has woken, the
/// other has some more ready.
const ROUNDS: usize = if cfg!(all(test, loom)) { 1 } else { 2 };

impl Wakers {
    pub(crate) fn new() -> Self {
        Self::with_shape(Shape {
            max_shards: 64,
            full: 64,
        })
    }

    fn with_shape(shape: Shape) -> Self {
        Self {
            shards: Mutex::new(Shards::default()),
            shape,
        }
    }

    /// A place for one who will wait.
    pub(crate) fn add(&self) -> Slot {
        let mut shards = self.shards.lock();
        let shards = &mut shards.list;
        let emptiest = shards.iter().min_by_key(|shard| shard.lock().in_use());
        let shard = match emptiest {
            Some(shard)
                if shards.len() >= self.shape.max_shards
                    || shard.lock().in_use() < self.shape.full =>
            {
                Arc::clone(shard)
            }
            _ => {
                shards.push(Arc::default());
                shards.last().map(Arc::clone).unwrap_or_default()
            }
        };
        let index = shard.lock().add();
        Slot { shard, index }
    }

    /// Wakes everybody who waits now, each once.
    pub(crate) fn wake_all(&self) {
        for index in 0.. {
            let Some(shard) = self.shards.lock().list.get(index).map(Arc::clone) else {
                return;
            };
            let mut next = Some(0);
            while let Some(from) = next {
                next = wake_some(&shard, from);
            }
        }
    }

    /// Wakes everybody who waits now: at once if they are few, else by rounds, which are given to
    /// `go` if there are not enough under way.
    pub(crate) fn wake_in_rounds(self: &Arc<Self>, mut go: impl FnMut(Round)) {
        let mut shards = self.shards.lock();
        if shards.list.len() <= 1 {
            drop(shards);
            return self.wake_all();
        }
        shards.left = shards.list.len();
        let more = ROUNDS.saturating_sub(shards.rounds);
        shards.rounds += more;
        drop(shards);
        (0..more).for_each(|_| go(Round::new(Arc::clone(self))));
    }

    /// Where a round goes next; `None` if it is over.
    pub(super) fn next_shard(&self) -> Option<Arc<Mutex<Shard>>> {
        let mut shards = self.shards.lock();
        if shards.left == 0 {
            shards.rounds -= 1;
            return None;
        }
        shards.left -= 1;
        shards.turn = (shards.turn + 1) % shards.list.len();
        shards.list.get(shards.turn).map(Arc::clone)
    }
}

/// Wakes some of those who wait from this slot on. The slot to go on with, if there may be more.
pub(super) fn wake_some(shard: &Mutex<Shard>, from: usize) -> Option<usize> {
    // Slot by slot: those who register again while others are woken have looked again, and are not
    // of this pass.
    let mut batch = [const { None }; BATCH];
    let next = shard.lock().take(from, &mut batch);
    batch.into_iter().flatten().for_each(Waker::wake);
    next
}

impl fmt::Debug for Wakers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wakers").finish_non_exhaustive()
    }
}

/// The place of one who may wait. Dropped, it is free again.
#[derive(Debug)]
pub(crate) struct Slot {
    shard: Arc<Mutex<Shard>>,
    index: usize,
}

impl Slot {
    /// Whether to wait: registers the waker, and **then** looks again whether there is anything.
    pub(crate) fn wait_unless(&self, waker: &Waker, ready: impl FnOnce() -> bool) -> bool {
        self.register(waker);
        !ready()
    }

    /// Wakes this one the next time. For those who have looked under a lock that who makes
    /// something visible takes too; others [wait](Self::wait_unless).
    pub(crate) fn register(&self, waker: &Waker) {
        let replaced = self.shard.lock().register(self.index, waker);
        drop(replaced);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let waker = self.shard.lock().remove(self.index);
        drop(waker);
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests;

#[cfg(test)]
#[cfg(loom)]
mod models;
