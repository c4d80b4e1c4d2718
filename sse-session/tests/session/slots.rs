//! So many streams for each user.

use core::time::Duration;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use sse_session::{
    conformance::{Fault, FaultRates, Operation},
    memory::MemoryStore,
    session::{SessionAddress, SlotError, StreamSlot, StreamSlots, WhenFull},
    store::SessionStore,
};

use crate::support::{Defect, LEASE, Node, at_once, broken, pass};

fn session(number: u8) -> SessionAddress {
    SessionAddress::from_bytes([number; 16])
}

fn slots(node: &Node, when_full: WhenFull) -> StreamSlots {
    StreamSlots::new(&node.sessions, 2, when_full)
}

async fn acquire(slots: &StreamSlots, number: u8) -> Result<StreamSlot, SlotError> {
    slots.acquire("user-7", session(number)).await
}

fn is_full(result: &Result<StreamSlot, SlotError>) -> bool {
    matches!(result, Err(SlotError::Full { max_streams: 2 }))
}

#[tokio::test(start_paused = true)]
async fn a_user_has_so_many_on_all_nodes_together_and_one_that_is_dropped_is_free() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let [here, there] = [&one, &other].map(|node| slots(node, WhenFull::Refuse));
    let first = acquire(&here, 1).await.unwrap();
    let second = acquire(&there, 2).await.unwrap();
    assert!(is_full(&acquire(&here, 3).await));
    assert!(here.acquire("user-8", session(3)).await.is_ok());
    // They last as long as they are held.
    pass(LEASE * 4).await;
    assert!(is_full(&acquire(&there, 3).await));
    drop(first);
    at_once().await;
    let third = acquire(&there, 3).await.unwrap();
    assert!(is_full(&acquire(&here, 1).await));
    drop((second, third));
}

#[tokio::test(start_paused = true)]
async fn two_streams_of_a_session_have_one_slot_until_both_are_gone() {
    let node = Node::over(&MemoryStore::new());
    let slots = slots(&node, WhenFull::Refuse);
    let streams = [acquire(&slots, 1).await, acquire(&slots, 1).await];
    let other = acquire(&slots, 2).await.unwrap();
    assert!(is_full(&acquire(&slots, 3).await));
    let [first, second] = streams;
    drop(first);
    at_once().await;
    assert!(is_full(&acquire(&slots, 3).await));
    drop(second);
    at_once().await;
    assert!(acquire(&slots, 3).await.is_ok());
    drop(other);
}

/// Whether a limit holds and a session whose node has crashed has its slot again at once; else what went wrong.
async fn a_crash_costs_no_slot(store: &(impl SessionStore + Clone)) -> Result<(), &'static str> {
    let (one, other) = (Node::over(store), Node::over(store));
    let [here, there] = [&one, &other].map(|node| slots(node, WhenFull::Refuse));
    let crashed = (acquire(&here, 1).await, acquire(&here, 2).await);
    let cut_off = one.cut_off();
    let again = acquire(&there, 1).await;
    let again = again.map_err(|_| "refused because of its own ghost")?;
    if !is_full(&acquire(&there, 3).await) {
        return Err("more than there may be");
    }
    pass(LEASE + Duration::from_secs(1)).await;
    // The other one's slot is free by now, this one's is not.
    let third = acquire(&there, 3).await.map_err(|_| "a slot is lost")?;
    if !is_full(&acquire(&there, 4).await) {
        return Err("more than there may be, later");
    }
    drop((again, third, crashed, cut_off));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_session_has_its_slot_again_after_a_crash_and_others_when_its_time_is_over() {
    assert_eq!(a_crash_costs_no_slot(&MemoryStore::new()).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_store_without_limits_or_with_new_members_each_time_is_noticed() {
    for (defect, wrong) in [
        (Defect::Unlimited, "more than there may be"),
        (Defect::NewEachTime, "refused because of its own ghost"),
    ] {
        let checked = a_crash_costs_no_slot(&broken(defect)).await;
        assert_eq!(checked, Err(wrong), "{defect:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_has_moved_to_another_node_keeps_its_slot_when_the_old_stream_ends() {
    let second = Duration::from_secs(1);
    // Whoever renewed last is known to the store: the new node, or the old one.
    for (old_one, renewals) in [(0, 0), (0, 2), (1, 2)] {
        let store = MemoryStore::new();
        let first = Node::over(&store);
        pass(second).await;
        let nodes = [first, Node::over(&store)];
        let [here, there] = [&nodes[old_one], &nodes[1 - old_one]];
        let [here, there] = [here, there].map(|node| slots(node, WhenFull::Refuse));
        let old = acquire(&here, 1).await.unwrap();
        let beside = acquire(&here, 2).await.unwrap();
        let new = acquire(&there, 1).await.unwrap();
        pass(LEASE * renewals + second / 2).await;
        drop(old);
        at_once().await;
        let third = acquire(&here, 3).await;
        assert!(is_full(&third), "{old_one} after {renewals} leases");
        pass(LEASE).await;
        assert!(!new.is_evicted());
        drop((beside, new));
    }
}

#[tokio::test(start_paused = true)]
async fn the_oldest_is_evicted_and_told_at_once_or_with_its_next_renewal() {
    for lost in [false, true] {
        let store = MemoryStore::new();
        let (one, other) = (Node::over(&store), Node::over(&store));
        let [here, there] = [&one, &other].map(|node| slots(node, WhenFull::EvictOldest));
        let evictions = Arc::new(AtomicUsize::new(0));
        let oldest = acquire(&here, 1).await.unwrap();
        let count = Arc::clone(&evictions);
        oldest.on_evicted(move || _ = count.fetch_add(1, Ordering::Relaxed));
        let second = acquire(&here, 2).await.unwrap();
        if lost {
            one.faults.lose_hints();
        }
        let third = acquire(&there, 3).await.unwrap();
        at_once().await;
        assert_eq!(oldest.is_evicted(), !lost);
        pass(LEASE).await;
        assert_eq!(evictions.load(Ordering::Relaxed), 1, "{lost}");
        assert!(!second.is_evicted() && !third.is_evicted());
        // One that comes too late to hear of it is told at once.
        let count = Arc::clone(&evictions);
        oldest.on_evicted(move || _ = count.fetch_add(1, Ordering::Relaxed));
        assert_eq!(evictions.load(Ordering::Relaxed), 2);
        // Its slot is not freed again.
        drop(oldest);
        at_once().await;
        let refusing = slots(&one, WhenFull::Refuse);
        assert!(is_full(&acquire(&refusing, 4).await), "{lost}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_many_at_the_same_time_there_are_never_more_than_the_limit() {
    let store = MemoryStore::new();
    let nodes: Vec<Node> = (0..4).map(|_| Node::over(&store)).collect();
    for (seed, node) in (1..).zip(&nodes) {
        let rates = FaultRates::default().with_delay(Duration::from_millis(5));
        node.faults.set_rates(seed, rates);
    }
    let all: Vec<_> = nodes
        .iter()
        .map(|node| slots(node, WhenFull::Refuse))
        .collect();
    let acquired = (1..=60_u8).map(|number| acquire(&all[usize::from(number) % 4], number));
    let acquired = join_all(acquired).await;
    let there = acquired.iter().filter(|slot| slot.is_ok()).count();
    assert_eq!(there, 2);
    assert_eq!(acquired.iter().filter(|slot| is_full(slot)).count(), 58);
}

#[tokio::test(start_paused = true)]
async fn a_slot_whose_outcome_is_unknown_is_one_slot() {
    for done in [true, false] {
        let node = Node::over(&MemoryStore::new());
        let slots = slots(&node, WhenFull::Refuse);
        node.faults
            .push(Operation::Join, Fault::OutcomeUnknown { done });
        let held = (
            acquire(&slots, 1).await.unwrap(),
            acquire(&slots, 2).await.unwrap(),
        );
        assert!(is_full(&acquire(&slots, 3).await));
        drop(held);
        at_once().await;
        assert!(acquire(&slots, 3).await.is_ok(), "{done}");
    }
}
