//! What the models are about: a channel whose log begins with 1, 2, 3.

use core::{
    sync::atomic::AtomicUsize,
    task::{Poll, Waker},
};
use std::task::Wake;

use bytes::Bytes;
use loom::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use super::{Drained, Entry, Frame, Offer, Place, Ring, RingLimits, Wakers};
use crate::store::{Position, Previous, Record};

/// A channel, as a hub has it.
pub(super) struct Channel {
    pub(super) ring: Ring,
    pub(super) wakers: std::sync::Arc<Wakers>,
    /// Whoever reads has to go.
    pub(super) closed: AtomicBool,
}

impl Channel {
    pub(super) fn new(max_entries: usize, wakers: Wakers) -> Arc<Self> {
        let ring = Ring::new(RingLimits {
            max_entries,
            max_bytes: 1000,
        });
        ring.prime(position(1));
        let closed = AtomicBool::new(false);
        Arc::new(Self {
            ring,
            wakers: std::sync::Arc::new(wakers),
            closed,
        })
    }

    /// Where one begins that has seen the first record.
    pub(super) fn start(&self) -> Place {
        self.ring.locate(position(1)).unwrap()
    }

    /// What a hub does with a hint.
    pub(super) fn offer(&self, offset: u64) {
        let record = record(offset);
        if self.ring.offer(&record, || frame(&record)) == Offer::Taken {
            self.wakers.wake_all();
        }
    }

    /// What a hub does with what it has read from the log.
    pub(super) fn learn(&self, offsets: core::ops::RangeInclusive<u64>) {
        let behind = position(offsets.start() - 1);
        let records: Vec<_> = offsets.map(record).collect();
        if self.ring.splice(behind, &records, frame) {
            self.wakers.wake_all();
        }
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.wakers.wake_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

pub(super) fn record(offset: u64) -> Record {
    Record {
        position: position(offset),
        previous: match offset {
            1 => Previous::default(),
            _ => position(offset - 1).as_previous(),
        },
        payload: Bytes::from_static(b"data\n\n"),
    }
}

pub(super) fn position(offset: u64) -> Position {
    Position {
        epoch: 1,
        offset,
        tag: offset as u32 * 10,
    }
}

pub(super) fn frame(record: &Record) -> Frame {
    Frame::new(record.payload.clone(), 0)
}

pub(super) fn offsets(drained: &Drained) -> Vec<u64> {
    let of = |entry: &Entry| entry.behind().map_or(0, |position| position.offset);
    drained.iter().map(of).collect()
}

#[derive(Default)]
struct Woken(core::sync::atomic::AtomicBool);

impl Wake for Woken {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Polls until it is ready, again only when it was woken; while it sleeps, others come to their
/// end. If they have, and nobody has woken it, it sleeps for good.
pub(super) fn drive(mut poll: impl FnMut(&Waker) -> Poll<()>, others: Vec<JoinHandle<()>>) {
    let woken = std::sync::Arc::new(Woken::default());
    let waker = Waker::from(std::sync::Arc::clone(&woken));
    let mut others = others.into_iter();
    while poll(&waker).is_pending() {
        while !woken.0.swap(false, Ordering::SeqCst) {
            let other = others.next().expect("it sleeps for good");
            other.join().unwrap();
        }
    }
    others.for_each(|other| other.join().unwrap());
}

/// In every order of the threads in which one is interrupted up to three times, or as often as
/// `LOOM_MAX_PREEMPTIONS` says.
pub(super) fn in_every_order(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound.get_or_insert(3);
    let orders = std::sync::Arc::new(AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&orders);
    builder.check(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        model();
    });
    let orders = orders.load(Ordering::Relaxed);
    println!("{orders} orders");
    assert!(orders > 5, "hardly anything comes in between");
}
