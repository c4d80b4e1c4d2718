//! What is read is what follows, although it is overwritten meanwhile: in every order that loom
//! finds.

use loom::{sync::Arc, thread};

use super::*;
use crate::ring::model::{Channel, in_every_order, offsets, position};

type Drain = fn(&Ring, u64) -> Option<Drained>;

/// A ring of two, into which three go while somebody reads twice.
fn overwritten(drain: Drain) {
    in_every_order(move || {
        let channel = Channel::new(2, crate::ring::Wakers::new());
        let start = channel.start();
        let publisher = Arc::clone(&channel);
        let publisher = thread::spawn(move || (2..=4).for_each(|offset| publisher.offer(offset)));
        let mut next = start.next;
        let mut seen = 1;
        for _ in 0..2 {
            let Some(drained) = drain(&channel.ring, next) else {
                // It fell off, and is told where to go on: behind what it has seen.
                let (base, place) = channel.ring.oldest().unwrap();
                assert!(base.offset > seen && place.next > next);
                break;
            };
            for offset in offsets(&drained) {
                assert_eq!(offset, seen + 1);
                seen = offset;
                next += 1;
            }
        }
        publisher.join().unwrap();
        let rest = channel.ring.locate(position(3)).unwrap();
        assert_eq!(offsets(&channel.ring.drain(rest.next).unwrap()), [4]);
    });
}

#[test]
fn what_is_overwritten_while_it_is_read_is_whole_or_told_to_be_gone() {
    overwritten(Ring::drain);
}

/// Where the entry is, and what it is, under two locks.
fn drain_in_two_steps(ring: &Ring, next: u64) -> Option<Drained> {
    let front = ring.entries.read().front;
    let skip = usize::try_from(next.checked_sub(front)?).ok()?;
    let entries = ring.entries.read();
    let skip = skip.min(entries.list.len());
    Some(Drained::of(entries.list.range(skip..)))
}

#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn one_that_reads_in_two_steps_is_rejected() {
    overwritten(drain_in_two_steps);
}

/// The end is what readers look at without the lock: it is never ahead of what they find then.
fn end_is_there(end_first: bool) {
    in_every_order(move || {
        let channel = Channel::new(8, crate::ring::Wakers::new());
        let next = channel.start().next;
        let publisher = Arc::clone(&channel);
        let publisher = thread::spawn(move || {
            if end_first {
                publisher.ring.end.0.store(next + 1, Ordering::Release);
            }
            publisher.offer(2);
        });
        if channel.ring.end() != next {
            assert_eq!(offsets(&channel.ring.drain(next).unwrap()), [2]);
        }
        publisher.join().unwrap();
    });
}

#[test]
fn what_the_end_promises_is_there() {
    end_is_there(false);
}

#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn an_end_that_is_told_too_early_is_rejected() {
    end_is_there(true);
}
