//! Who waits for the next entry.

use core::{fmt, task::Waker};

use super::{
    shard::Shard,
    sync::{Arc, Mutex},
};

/// Who waits for the next entry.
///
/// A reader that finds nothing registers and **then looks again**; a writer makes its entry visible
/// and **then** wakes. Whichever comes second to the shard's lock sees what the other has done, so
/// no wake-up is lost. The models in `wakers/models.rs` go through all orders.
///
/// Up to 64 waiters are under one lock, more are spread over up to 64.
pub(crate) struct Wakers {
    shards: Mutex<Vec<Arc<Mutex<Shard>>>>,
    shape: Shape,
}

#[derive(Debug, Clone, Copy)]
struct Shape {
    max_shards: usize,
    /// A shard with so many waiters calls for another one, if there may be one.
    full: usize,
}

/// How many are woken between two looks at the lock. One in models, so that there are two looks.
const BATCH: usize = if cfg!(all(test, loom)) { 1 } else { 32 };

impl Wakers {
    pub(crate) fn new() -> Self {
        Self::with_shape(Shape {
            max_shards: 64,
            full: 64,
        })
    }

    fn with_shape(shape: Shape) -> Self {
        Self {
            shards: Mutex::new(Vec::new()),
            shape,
        }
    }

    /// A place for one who will wait.
    pub(crate) fn add(&self) -> Slot {
        let mut shards = self.shards.lock();
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
        drop(shards);
        let index = shard.lock().add();
        Slot { shard, index }
    }

    /// Wakes everybody who waits now, each once.
    pub(crate) fn wake_all(&self) {
        for index in 0.. {
            let Some(shard) = self.shards.lock().get(index).map(Arc::clone) else {
                return;
            };
            wake_shard(&shard);
        }
    }
}

fn wake_shard(shard: &Mutex<Shard>) {
    // Slot by slot: those who register again while others are woken have looked again, and are not
    // of this pass.
    let mut next = Some(0);
    while let Some(from) = next {
        let mut batch = [const { None }; BATCH];
        next = shard.lock().take(from, &mut batch);
        batch.into_iter().flatten().for_each(Waker::wake);
    }
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

#[cfg(all(test, not(loom)))]
mod tests;

#[cfg(test)]
#[cfg(loom)]
mod models;
