//! Nobody sleeps who has something to read, whatever comes in between: in every order that loom
//! finds. Each rule has a variant that breaks it and is rejected.

use core::task::Poll;

use loom::{
    sync::Arc as LoomArc,
    thread::{self, JoinHandle},
};

use super::*;
use crate::ring::model::{Channel, drive, frame, in_every_order, offsets, record};

/// How one waits who finds nothing.
#[derive(Debug, Clone, Copy)]
enum Waiting {
    /// As streams do.
    RegistersAndLooksAgain,
    /// Wrong.
    OnlyRegisters,
    /// Wrong.
    LooksAgainAndRegisters,
    /// Wrong.
    LooksAgainForEntriesOnly,
}

/// What a stream gets that reads up to the record of this offset, or until the channel is closed,
/// while others do what they do.
fn read_to(
    last: u64,
    channel: &Channel,
    slot: &Slot,
    waiting: Waiting,
    others: Vec<JoinHandle<()>>,
) -> Vec<u64> {
    let mut next = channel.start().next;
    let mut got = Vec::new();
    let poll = |waker: &Waker| {
        loop {
            if got.last() == Some(&last) || channel.is_closed() {
                return Poll::Ready(());
            }
            let drained = channel.ring.drain(next).unwrap();
            if !drained.is_empty() {
                let offsets = offsets(&drained);
                next += offsets.len() as u64;
                got.extend(offsets);
                continue;
            }
            let something_new = || channel.ring.end() != next;
            let ready = || something_new() || channel.is_closed();
            let wait = match waiting {
                Waiting::RegistersAndLooksAgain => slot.wait_unless(waker, ready),
                Waiting::OnlyRegisters => slot.wait_unless(waker, || false),
                Waiting::LooksAgainAndRegisters => !ready() && slot.wait_unless(waker, || false),
                Waiting::LooksAgainForEntriesOnly => slot.wait_unless(waker, something_new),
            };
            if wait {
                return Poll::Pending;
            }
        }
    };
    drive(poll, others);
    got
}

/// A place for two under one lock, or for one each.
fn wakers(full: usize) -> Wakers {
    Wakers::with_shape(Shape {
        max_shards: 2,
        full,
    })
}

fn one_publisher(waiting: Waiting) {
    in_every_order(move || {
        let channel = Channel::new(8, wakers(2));
        let publisher = LoomArc::clone(&channel);
        let publisher = thread::spawn(move || {
            publisher.offer(2);
            publisher.offer(3);
        });
        let slot = channel.wakers.add();
        let got = read_to(3, &channel, &slot, waiting, vec![publisher]);
        assert_eq!(got, [2, 3]);
    });
}

#[test]
fn one_that_waits_is_woken() {
    one_publisher(Waiting::RegistersAndLooksAgain);
}

#[test]
#[should_panic(expected = "it sleeps for good")]
fn one_that_does_not_look_again_is_rejected() {
    one_publisher(Waiting::OnlyRegisters);
}

#[test]
#[should_panic(expected = "it sleeps for good")]
fn one_that_looks_again_too_early_is_rejected() {
    one_publisher(Waiting::LooksAgainAndRegisters);
}

#[test]
#[should_panic(expected = "it sleeps for good")]
fn a_publisher_that_wakes_too_early_is_rejected() {
    in_every_order(|| {
        let channel = Channel::new(8, wakers(2));
        let publisher = LoomArc::clone(&channel);
        let publisher = thread::spawn(move || {
            publisher.wakers.wake_all();
            let record = record(2);
            publisher.ring.offer(&record, || frame(&record));
        });
        let slot = channel.wakers.add();
        let waiting = Waiting::RegistersAndLooksAgain;
        read_to(2, &channel, &slot, waiting, vec![publisher]);
    });
}

fn two_publishers(waiting: Waiting) {
    in_every_order(move || {
        let channel = Channel::new(8, wakers(2));
        let slot = channel.wakers.add();
        let publishers = [2, 3].map(|last| {
            let publisher = LoomArc::clone(&channel);
            thread::spawn(move || publisher.learn(2..=last))
        });
        let got = read_to(3, &channel, &slot, waiting, publishers.into());
        assert_eq!(got, [2, 3]);
    });
}

/// One with a hint, one that has read the log: what both have is there once, and in order.
#[test]
fn one_that_waits_is_woken_by_either_of_two() {
    two_publishers(Waiting::RegistersAndLooksAgain);
}

#[test]
#[should_panic(expected = "it sleeps for good")]
fn one_that_does_not_look_again_at_two_publishers_is_rejected() {
    two_publishers(Waiting::OnlyRegisters);
}

fn closed_while_it_waits(waiting: Waiting) {
    in_every_order(move || {
        let channel = Channel::new(8, wakers(2));
        let closer = LoomArc::clone(&channel);
        let closer = thread::spawn(move || closer.close());
        let slot = channel.wakers.add();
        let got = read_to(2, &channel, &slot, waiting, vec![closer]);
        assert!(got.is_empty());
    });
}

#[test]
fn one_that_waits_learns_of_the_end() {
    closed_while_it_waits(Waiting::RegistersAndLooksAgain);
}

#[test]
#[should_panic(expected = "it sleeps for good")]
fn one_that_does_not_look_again_for_the_end_is_rejected() {
    closed_while_it_waits(Waiting::LooksAgainForEntriesOnly);
}

/// One leaves while something is published, and another one comes into its place: under the same
/// lock as the one who stays, or not.
fn one_leaves(full: usize, wake: fn(&Wakers)) {
    in_every_order(move || {
        let channel = Channel::new(8, wakers(full));
        let leaves = channel.wakers.add();
        let stays = channel.wakers.add();
        assert!(leaves.wait_unless(Waker::noop(), || false));
        let publisher = LoomArc::clone(&channel);
        let publisher = thread::spawn(move || {
            let record = record(2);
            publisher.ring.offer(&record, || frame(&record));
            wake(&publisher.wakers);
        });
        let leaver = LoomArc::clone(&channel);
        let leaver = thread::spawn(move || {
            drop(leaves);
            drop(leaver.wakers.add());
        });
        let waiting = Waiting::RegistersAndLooksAgain;
        let got = read_to(2, &channel, &stays, waiting, vec![publisher, leaver]);
        assert_eq!(got, [2]);
        drop(stays);
        for shard in &channel.wakers.shards.lock().list {
            let mut shard = shard.lock();
            assert_eq!(shard.in_use(), 0);
            let mut waiting = [None];
            shard.take(0, &mut waiting);
            assert!(waiting[0].is_none());
        }
    });
}

#[test]
fn one_that_leaves_takes_nobodys_wake_up_with_it() {
    one_leaves(2, Wakers::wake_all);
    one_leaves(1, Wakers::wake_all);
}

/// As a semaphore does.
fn wake_one(wakers: &Wakers) {
    let shards = wakers.shards.lock();
    let mut waker = [None];
    shards.list[0].lock().take(0, &mut waker);
    drop(shards);
    waker.into_iter().flatten().for_each(Waker::wake);
}

#[test]
#[should_panic(expected = "it sleeps for good")]
fn a_publisher_that_wakes_only_one_is_rejected() {
    one_leaves(2, wake_one);
}

/// Two records one after the other, each of which wakes in a round; while one waits who has another
/// lock than the one before it.
fn published_in_rounds(wake: fn(&Arc<Wakers>, &mut Vec<JoinHandle<()>>)) {
    in_every_order(move || {
        let channel = Channel::new(8, wakers(1));
        let before = channel.wakers.add();
        let slot = channel.wakers.add();
        let publisher = LoomArc::clone(&channel);
        let publisher = thread::spawn(move || {
            let mut rounds = Vec::new();
            for record in [record(2), record(3)] {
                publisher.ring.offer(&record, || frame(&record));
                wake(&publisher.wakers, &mut rounds);
            }
            rounds.into_iter().for_each(|round| round.join().unwrap());
        });
        let waiting = Waiting::RegistersAndLooksAgain;
        let got = read_to(3, &channel, &slot, waiting, vec![publisher]);
        assert_eq!(got, [2, 3]);
        drop(before);
    });
}

fn in_a_round(wakers: &Arc<Wakers>, rounds: &mut Vec<JoinHandle<()>>) {
    wakers.wake_in_rounds(|mut round| {
        rounds.push(thread::spawn(move || while round.step() {}));
    });
}

#[test]
fn one_that_waits_is_woken_by_a_round() {
    published_in_rounds(in_a_round);
}

fn unless_one_is_under_way(wakers: &Arc<Wakers>, rounds: &mut Vec<JoinHandle<()>>) {
    if wakers.shards.lock().rounds == 0 {
        in_a_round(wakers, rounds);
    }
}

#[test]
#[should_panic(expected = "it sleeps for good")]
fn a_call_that_does_not_prolong_a_round_is_rejected() {
    published_in_rounds(unless_one_is_under_way);
}
