//! An allocator that counts, for tests of what is allocated.

#![allow(unsafe_code, reason = "`GlobalAlloc` is an unsafe trait")]

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::alloc::{GlobalAlloc, Layout, System};

/// The system's allocator, counting. To be set as the `#[global_allocator]` of a test binary
/// with a single test, so that nobody else allocates meanwhile.
#[derive(Debug, Default)]
pub struct CountingAllocator {
    allocations: AtomicUsize,
    allocated_bytes: AtomicUsize,
    live_bytes: AtomicUsize,
    peak_bytes: AtomicUsize,
}

/// What was allocated while something ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocated {
    /// How many times memory was asked for; growing counts.
    pub allocations: usize,
    /// How many bytes were asked for in all.
    pub bytes: usize,
    /// How many bytes were in use at most, beyond what was in use before.
    pub peak_bytes: usize,
    /// How many bytes are in use now, beyond what was in use before.
    pub kept_bytes: usize,
}

impl CountingAllocator {
    /// A counter at zero.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            allocations: AtomicUsize::new(0),
            allocated_bytes: AtomicUsize::new(0),
            live_bytes: AtomicUsize::new(0),
            peak_bytes: AtomicUsize::new(0),
        }
    }

    /// Runs `work` and counts.
    pub fn count<T>(&self, work: impl FnOnce() -> T) -> (T, Allocated) {
        let live = self.live_bytes.load(Relaxed);
        self.peak_bytes.store(live, Relaxed);
        let allocations = self.allocations.load(Relaxed);
        let bytes = self.allocated_bytes.load(Relaxed);
        let result = work();
        let allocated = Allocated {
            allocations: self.allocations.load(Relaxed) - allocations,
            bytes: self.allocated_bytes.load(Relaxed) - bytes,
            peak_bytes: self.peak_bytes.load(Relaxed).saturating_sub(live),
            kept_bytes: self.live_bytes.load(Relaxed).saturating_sub(live),
        };
        (result, allocated)
    }

    fn took(&self, bytes: usize) {
        self.allocations.fetch_add(1, Relaxed);
        self.allocated_bytes.fetch_add(bytes, Relaxed);
        let live = self.live_bytes.fetch_add(bytes, Relaxed) + bytes;
        self.peak_bytes.fetch_max(live, Relaxed);
    }
}

// SAFETY: every call is passed on to the system's allocator as it is; counting does not allocate.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.took(layout.size());
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        self.live_bytes.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `GlobalAlloc::dealloc`.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        self.took(new_size);
        self.live_bytes.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `GlobalAlloc::realloc`.
        unsafe { System.realloc(memory, layout, new_size) }
    }
}
