use core::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;

use super::*;

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn waiter() -> (Arc<Count>, Waker) {
    let count = Arc::new(Count::default());
    (Arc::clone(&count), Waker::from(count))
}

#[test]
fn everybody_who_waits_is_woken_once() {
    for waiting in [1, 33, 64, 65, 1000] {
        let wakers = Wakers::new();
        let (count, waker) = waiter();
        let slots: Vec<_> = (0..waiting).map(|_| wakers.add()).collect();
        slots.iter().for_each(|slot| slot.register(&waker));
        slots.iter().for_each(|slot| slot.register(&waker));
        wakers.wake_all();
        wakers.wake_all();
        assert_eq!(count.0.load(Ordering::Relaxed), waiting);
        let shards = wakers.shards.lock().list.len();
        assert_eq!(shards, waiting.div_ceil(64).min(64), "{waiting}");
    }
}

#[test]
fn many_are_spread_evenly() {
    let wakers = Wakers::new();
    let slots: Vec<_> = (0..64 * 100).map(|_| wakers.add()).collect();
    let in_use: Vec<_> = wakers
        .shards
        .lock()
        .list
        .iter()
        .map(|shard| shard.lock().in_use())
        .collect();
    assert_eq!(in_use, [100; 64]);
    drop(slots);
    let in_use: usize = wakers
        .shards
        .lock()
        .list
        .iter()
        .map(|shard| shard.lock().in_use())
        .sum();
    assert_eq!(in_use, 0);
}

#[test]
fn the_newest_waker_counts() {
    let wakers = Wakers::new();
    let slot = wakers.add();
    let ((old, old_waker), (new, new_waker)) = (waiter(), waiter());
    slot.register(&old_waker);
    slot.register(&new_waker);
    wakers.wake_all();
    let woken = [old, new].map(|count| count.0.load(Ordering::Relaxed));
    assert_eq!(woken, [0, 1]);
}

#[test]
fn a_slot_that_was_left_is_woken_for_its_new_owner_only() {
    let wakers = Wakers::new();
    let ((left, left_waker), (stays, stays_waker)) = (waiter(), waiter());
    let slot = wakers.add();
    slot.register(&left_waker);
    drop(slot);
    assert_eq!(Arc::strong_count(&left), 2, "its waker is gone too");
    let slot = wakers.add();
    wakers.wake_all();
    slot.register(&stays_waker);
    wakers.wake_all();
    let woken = [left, stays].map(|count| count.0.load(Ordering::Relaxed));
    assert_eq!(woken, [0, 1]);
}

/// One that waits again as soon as it is woken, as an eager task does.
struct Eager {
    woken: AtomicUsize,
    slot: Mutex<Option<Slot>>,
}

impl Wake for Eager {
    fn wake(self: Arc<Self>) {
        self.woken.fetch_add(1, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&self));
        if let Some(slot) = &*self.slot.lock() {
            slot.register(&waker);
        }
    }
}

#[test]
fn a_pass_ends_although_all_wait_again_and_leaves_nobody_out() {
    let wakers = Wakers::new();
    let eager: Vec<_> = (0..50)
        .map(|_| {
            let slot = Mutex::new(Some(wakers.add()));
            let woken = AtomicUsize::new(0);
            Arc::new(Eager { woken, slot })
        })
        .collect();
    for one in &eager {
        let waker = Waker::from(Arc::clone(one));
        one.slot.lock().as_ref().unwrap().register(&waker);
    }
    wakers.wake_all();
    wakers.wake_all();
    for one in &eager {
        assert_eq!(one.woken.load(Ordering::Relaxed), 2);
        one.slot.lock().take();
    }
}
