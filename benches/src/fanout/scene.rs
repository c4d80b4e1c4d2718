//! A contender with its subscribers.

use core::{
    future::{pending, poll_fn},
    hint::black_box,
    pin::pin,
    task::Poll,
    time::Duration,
};
use std::{sync::Arc, time::Instant};

use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::{Builder, Runtime};

use super::{
    board::Board,
    contender::{Contender, Reader},
    event::last_number,
    heap,
};

/// Who subscribes, and how it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// How many subscribe.
    pub subscribers: usize,
    /// How many of them do not read.
    pub stalled: usize,
    /// How many events are published before it is waited for all.
    pub burst: u64,
}

/// What was measured in one run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Events that were delivered.
    pub deliveries: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// Processor time of all threads.
    pub processor: Duration,
    /// Times from the beginning of a burst until a subscriber has its last event, of one subscriber
    /// in 16, sorted.
    pub reach: Vec<Duration>,
}

/// A run goes on for so long, and so many bursts.
const MIN_BURSTS: u64 = 3;
const WARM_UP_BURSTS: u64 = 2;
const SAMPLED: usize = 16;
const MAX_SAMPLES: usize = 1 << 20;

/// Two workers, whatever the machine has.
fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_time();
    builder.build().expect("a runtime")
}

/// One run of so long, with all that belongs to it made anew.
#[must_use]
pub fn run<C: Contender>(setting: Setting, at_least: Duration) -> Run {
    on_a_worker(async move {
        let board = Arc::new(Board::new(MAX_SAMPLES));
        let contender = populated::<C>(setting, &board).await;
        let mut publisher = Publisher::new(contender, board, setting);
        for _ in 0..WARM_UP_BURSTS {
            publisher.burst().await;
        }
        publisher.board.reset_samples();
        let (start, processor) = (Instant::now(), processor_time());
        let mut bursts = 0;
        while bursts < MIN_BURSTS || start.elapsed() < at_least {
            publisher.burst().await;
            bursts += 1;
        }
        let run = Run {
            deliveries: bursts * setting.burst * publisher.reading as u64,
            elapsed: start.elapsed(),
            processor: processor_time() - processor,
            reach: publisher.board.samples(),
        };
        (run, publisher)
    })
}

/// The bytes that are live for each subscriber when all have got some events and wait, the task
/// included. [`heap::CountingAllocator`] has to be the program's.
#[must_use]
pub fn bytes_per_subscriber<C: Contender>(setting: Setting) -> f64 {
    heap::count_from_now_on(true);
    let bytes = on_a_worker(async move {
        let board = Arc::new(Board::new(0));
        let contender = C::open(setting.burst).await;
        let before = heap::live_bytes();
        let contender = subscribed(contender, setting, &board).await;
        let mut publisher = Publisher::new(contender, board, setting);
        for _ in 0..WARM_UP_BURSTS {
            publisher.burst().await;
        }
        settle().await;
        let bytes = heap::live_bytes() - before;
        (bytes as f64 / setting.subscribers as f64, publisher)
    });
    heap::count_from_now_on(false);
    bytes
}

/// Runs it on a worker, as a handler would.
fn on_a_worker<T, C>(work: impl Future<Output = (T, C)> + Send + 'static) -> T
where
    T: Send + 'static,
    C: Send + 'static,
{
    let runtime = runtime();
    let done = runtime.spawn(work);
    let (result, contender) = runtime.block_on(done).expect("no panic");
    // The subscribers first: for them it does not end.
    drop(runtime);
    drop(contender);
    result
}

async fn populated<C: Contender>(setting: Setting, board: &Arc<Board>) -> C {
    let contender = C::open(setting.burst).await;
    subscribed(contender, setting, board).await
}

/// All subscribe, each on a task of its own.
async fn subscribed<C: Contender>(mut contender: C, setting: Setting, board: &Arc<Board>) -> C {
    // Those that do not read stand among the others.
    let every = setting.subscribers / setting.stalled.max(1);
    for index in 0..setting.subscribers {
        let reader = contender.subscribe().await;
        if setting.stalled > 0 && index % every == every / 2 {
            tokio::spawn(stall(reader));
        } else {
            tokio::spawn(read(reader, Arc::clone(board), index % SAMPLED == 0));
        }
    }
    settle().await;
    contender
}

/// Lets all others run until they wait.
async fn settle() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
}

#[expect(
    clippy::manual_async_fn,
    reason = "an `async fn` keeps what it is given twice"
)]
fn read<R: Reader>(mut reader: R, board: Arc<Board>, sampled: bool) -> impl Future<Output = ()> {
    async move {
        loop {
            let frame = reader.next_frame().await;
            // What every connection does at least: it looks at what it writes.
            let newest = last_number(&black_box(frame));
            if newest.is_some_and(|newest| newest == board.last()) {
                board.reached(sampled);
            }
        }
    }
}

/// Waits for an event as others do, and does not come for it.
async fn stall<R: Reader>(mut reader: R) {
    loop {
        let mut next = pin!(reader.next_frame());
        let is_ready = poll_fn(|cx| Poll::Ready(next.as_mut().poll(cx).is_ready())).await;
        if !is_ready {
            pending::<()>().await;
        }
    }
}

struct Publisher<C> {
    contender: C,
    board: Arc<Board>,
    burst: u64,
    /// How many of the subscribers read.
    reading: usize,
    published: u64,
}

impl<C: Contender> Publisher<C> {
    fn new(contender: C, board: Arc<Board>, setting: Setting) -> Self {
        Self {
            contender,
            board,
            burst: setting.burst,
            reading: setting.subscribers - setting.stalled,
            published: 0,
        }
    }

    async fn burst(&mut self) {
        let first = self.published + 1;
        self.published += self.burst;
        self.board.begin(self.published, self.reading);
        for number in first..=self.published {
            self.contender.publish(number).await;
        }
        self.board.all_have_it().await;
    }
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}
