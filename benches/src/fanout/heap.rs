//! An allocator that counts, when told to.

#![expect(unsafe_code, reason = "an allocator cannot be written without")]

use core::{
    alloc::{GlobalAlloc, Layout},
    sync::atomic::{AtomicBool, AtomicIsize, Ordering},
};
use std::alloc::System;

static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static LIVE: AtomicIsize = AtomicIsize::new(0);

/// The system's allocator, with a count of what is live. A program declares it:
/// `#[global_allocator] static ALLOCATOR: CountingAllocator = CountingAllocator;`
#[derive(Debug)]
pub struct CountingAllocator;

// SAFETY: hands everything to the system's allocator, and counts in atomics.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count(new_size, layout.size());
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

fn count(new: usize, old: usize) {
    if IS_COUNTING.load(Ordering::Relaxed) {
        let change = new.wrapping_sub(old).cast_signed();
        LIVE.fetch_add(change, Ordering::Relaxed);
    }
}

/// Counts from here on, or not any more. Nothing else should be measured meanwhile.
pub fn count_from_now_on(yes: bool) {
    IS_COUNTING.store(yes, Ordering::Relaxed);
}

/// How many bytes more are live than when counting began: as asked for, without the allocator's own.
#[must_use]
pub fn live_bytes() -> isize {
    LIVE.load(Ordering::Relaxed)
}
