//! A store that counts the reads.

use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::Arc;

use sse_session::{
    conformance::Defect,
    store::{LogName, Page, ReadFrom, ReadLimit, SessionStore, StoreFuture},
};

/// The reads of a node.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    now: AtomicUsize,
    most: AtomicUsize,
    all: AtomicU64,
}

impl Counts {
    /// How many there were.
    pub(crate) fn reads(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }

    /// How many there were at a time, at most.
    pub(crate) fn most_reads(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }
}

/// Counts the reads of a store. Nothing is wrong with it.
#[derive(Debug)]
pub(crate) struct Counted {
    counts: Arc<Counts>,
}

impl Counted {
    pub(crate) fn new(counts: &Arc<Counts>) -> Self {
        Self {
            counts: Arc::clone(counts),
        }
    }
}

/// One that is under way.
struct UnderWay<'a>(&'a Counts);

impl<'a> UnderWay<'a> {
    fn begin(counts: &'a Counts) -> Self {
        let now = counts.now.fetch_add(1, Ordering::Relaxed) + 1;
        counts.most.fetch_max(now, Ordering::Relaxed);
        counts.all.fetch_add(1, Ordering::Relaxed);
        Self(counts)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<S: SessionStore> Defect<S> for Counted {
    fn read<'a>(
        &'a self,
        right: &'a S,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(async move {
            let _under_way = UnderWay::begin(&self.counts);
            right.read(log, from, limit).await
        })
    }
}
