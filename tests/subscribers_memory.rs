//! Ten thousand subscribers of which one in a hundred does not read: what they do not take is held
//! for nobody, and nobody waits for them.
//!
//! One test, because the allocator counts for the whole process.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

use core::{
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Poll, Waker},
};
use std::{sync::Arc, task::Wake};

use futures_core::Stream as _;
use sse_codec::{Decoder, Event, Item};
use sse_session::{
    Channel,
    hub::{Hub, OnLag, StreamEndReason, Subscriber, Subscription},
    memory::MemoryStore,
    store::Retention,
};
use sse_tests::counting_allocator::{Allocated, CountingAllocator};
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

const READERS: usize = 9900;
/// For each of the policies.
const STALLED: usize = 25;
const EVENT_BYTES: usize = 1024;
const BURST: u32 = 16;
const RING: usize = 32;
const KEPT: u32 = 128;

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// What a subscriber has got.
#[derive(Default)]
struct Got {
    numbers: Vec<u32>,
    gaps: Vec<String>,
}

impl Got {
    fn read(&mut self, decoder: &mut Decoder, mut bytes: bytes::Bytes) {
        while let Some(item) = decoder.decode_bytes(&mut bytes).unwrap() {
            match item {
                Item::Event(event) if event.event_type() == "gap" => {
                    self.gaps.push(event.data().to_owned());
                }
                Item::Event(event) => {
                    let number = event.data().split_once(' ').unwrap().0;
                    self.numbers.push(number.parse().unwrap());
                }
                _ => (),
            }
        }
    }
}

fn poll(subscriber: &mut Subscriber, waker: &Waker) -> Poll<Option<bytes::Bytes>> {
    let next = Pin::new(subscriber).poll_next(&mut Context::from_waker(waker));
    next.map(|batch| batch.map(sse_session::hub::Batch::into_bytes))
}

struct World {
    hub: Hub,
    channel: Channel,
    readers: Vec<Subscriber>,
    wakes: Arc<Wakes>,
    waker: Waker,
    published: u32,
}

impl World {
    async fn new(readers: usize) -> Self {
        let hub = Hub::builder(MemoryStore::new())
            .with_ring(RING, 1 << 20)
            .with_retention(Retention::records(KEPT.into()));
        let wakes = Arc::new(Wakes::default());
        let mut world = Self {
            hub: hub.build().unwrap(),
            channel: Channel::try_from("a").unwrap(),
            readers: Vec::new(),
            waker: Waker::from(Arc::clone(&wakes)),
            wakes,
            published: 0,
        };
        for _ in 0..readers {
            let mut reader = world.subscriber(OnLag::CatchUp).await;
            assert!(poll(&mut reader, &world.waker).is_pending());
            world.readers.push(reader);
        }
        world
    }

    /// One that has read where it stands, and nothing after that.
    async fn subscriber(&self, on_lag: OnLag) -> Subscriber {
        let subscription = Subscription::to([self.channel.clone()]).with_on_lag(on_lag);
        let mut subscriber = self.hub.subscribe(subscription).await.unwrap();
        let first = poll(&mut subscriber, Waker::noop());
        assert!(matches!(first, Poll::Ready(Some(_))));
        subscriber
    }

    /// Publishes so much, in bursts; each of the readers is woken and gets all of it.
    async fn publish(&mut self, bursts: u32, mut after_each: impl FnMut()) {
        for _ in 0..bursts {
            let first = self.published;
            for _ in 0..BURST {
                let mut data = format!("{} ", self.published);
                data.extend(core::iter::repeat_n('x', EVENT_BYTES - data.len()));
                self.hub
                    .publish(&self.channel, Event::builder(data))
                    .await
                    .unwrap();
                self.published += 1;
            }
            // They are woken in rounds, by tasks of the hub. Nobody is woken later again.
            for _ in 0..self.readers.len() {
                tokio::task::yield_now().await;
            }
            let woken = self.wakes.0.swap(0, Ordering::Relaxed);
            assert_eq!(woken, self.readers.len(), "each of them once");
            self.read_all(first);
            after_each();
        }
    }

    fn read_all(&mut self, first: u32) {
        let mut all = Vec::new();
        for (index, reader) in self.readers.iter_mut().enumerate() {
            let Poll::Ready(Some(bytes)) = poll(reader, &self.waker) else {
                panic!("reader {index} got nothing");
            };
            if index == 0 {
                let mut got = Got::default();
                got.read(&mut Decoder::new(), bytes.clone());
                let expected: Vec<_> = (first..first + BURST).collect();
                assert_eq!((got.numbers, got.gaps.len()), (expected, 0));
                all = bytes.to_vec();
            }
            assert!(bytes == all, "reader {index}");
            assert!(poll(reader, &self.waker).is_pending());
        }
    }
}

/// All that there is for it by now.
async fn read_at_last(subscriber: &mut Subscriber) -> Got {
    let mut got = Got::default();
    let mut decoder = Decoder::new();
    let mut idle = 0;
    while idle < 100 {
        match poll(subscriber, Waker::noop()) {
            Poll::Ready(Some(bytes)) => got.read(&mut decoder, bytes),
            Poll::Ready(None) => break,
            Poll::Pending => idle += 1,
        }
        tokio::task::yield_now().await;
    }
    got
}

/// Far less than the 600 KiB that were published, or even than one byte for each event and reader.
fn is_flat(allocated: Allocated) -> bool {
    allocated.kept_bytes < 64 * 1024
}

fn stalled_readers(runtime: &Runtime) {
    let mut world = runtime.block_on(World::new(READERS));
    // The store is full, and so is the ring.
    runtime.block_on(world.publish(KEPT / BURST * 2, || ()));
    let mut stalled = Vec::new();
    for on_lag in [OnLag::CatchUp, OnLag::Skip, OnLag::Disconnect] {
        for _ in 0..STALLED {
            stalled.push((on_lag, runtime.block_on(world.subscriber(on_lag))));
        }
    }
    let first = world.published;
    let publish = || runtime.block_on(world.publish(40, || ()));
    let ((), allocated) = ALLOCATOR.count(publish);
    println!("40 bursts of {BURST} events of {EVENT_BYTES} bytes: {allocated:?}");
    assert!(is_flat(allocated), "{allocated:?}");

    // These stop later: what they miss is in the store, and not in the ring.
    let mut late = Vec::new();
    for _ in 0..STALLED {
        late.push(runtime.block_on(world.subscriber(OnLag::CatchUp)));
    }
    let late_from = world.published;
    let publish = || runtime.block_on(world.publish(4, || ()));
    let ((), allocated) = ALLOCATOR.count(publish);
    assert!(is_flat(allocated), "{allocated:?}");

    let end = world.published;
    for subscriber in &mut late {
        let got = runtime.block_on(read_at_last(subscriber));
        assert_eq!(got.gaps.len(), 0);
        assert_eq!(got.numbers, (late_from..end).collect::<Vec<_>>());
    }
    for (on_lag, subscriber) in &mut stalled {
        let got = runtime.block_on(read_at_last(subscriber));
        let (reason, resumes) = match on_lag {
            OnLag::CatchUp => ("trimmed", end - KEPT),
            OnLag::Skip => ("lagged", end - RING as u32),
            _ => {
                assert_eq!(subscriber.end(), Some(StreamEndReason::Lagged));
                assert!(got.numbers.is_empty() && got.gaps.is_empty());
                continue;
            }
        };
        let missed = resumes - first;
        let gap = format!(r#"{{"channel":"a","reason":"{reason}","missed":{missed}}}"#);
        assert_eq!(got.gaps, [gap]);
        assert_eq!(got.numbers, (resumes..end).collect::<Vec<_>>());
    }
}

/// The same count with a queue for each of those who do not read: as a channel per connection has
/// it.
fn a_queue_for_each_is_rejected(runtime: &Runtime) {
    let mut world = runtime.block_on(World::new(1));
    runtime.block_on(world.publish(KEPT / BURST * 2, || ()));
    let mut stalled = Vec::new();
    for _ in 0..STALLED {
        let subscriber = runtime.block_on(world.subscriber(OnLag::CatchUp));
        stalled.push((subscriber, Vec::new()));
    }
    let take = || {
        for (subscriber, queue) in &mut stalled {
            while let Poll::Ready(Some(bytes)) = poll(subscriber, Waker::noop()) {
                queue.push(bytes);
            }
        }
    };
    let publish = || runtime.block_on(world.publish(40, take));
    let ((), allocated) = ALLOCATOR.count(publish);
    assert!(!is_flat(allocated), "{allocated:?}");
}

#[test]
fn who_does_not_read_costs_nothing_and_delays_nobody() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().build().unwrap();
    stalled_readers(&runtime);
    a_queue_for_each_is_rejected(&runtime);
}
