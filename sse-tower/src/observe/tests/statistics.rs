//! The invariant of the statistics, while many threads open and close.

use core::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};
use std::{thread, time::Instant};

use crate::{
    observe::StreamStatistics,
    stream::{CloseReason, StreamObserver},
};

/// Each has one stream at a time.
const THREADS: u64 = 3;

/// Opened and closed streams, of one moment.
trait Counting: StreamObserver {
    fn opened_and_closed(&self) -> (u64, u64);
}

impl Counting for StreamStatistics {
    fn opened_and_closed(&self) -> (u64, u64) {
        let seen = self.snapshot();
        assert_eq!(seen.live(), seen.opened() - seen.closed_in_total());
        (seen.opened(), seen.closed_in_total())
    }
}

/// The first snapshot that cannot be: more streams closed than opened, more open than there are, or
/// fewer than before.
fn first_violation(counting: &impl Counting, mut go_on: impl FnMut() -> bool) -> Option<String> {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let stop = &stop;
            scope.spawn(move || {
                let mut reasons = CloseReason::EACH.iter().cycle().skip(thread as usize);
                while !stop.load(Ordering::Relaxed) {
                    counting.opened();
                    counting.closed(*reasons.next().unwrap(), Duration::ZERO);
                }
            });
        }
        let mut before = (0, 0);
        let mut violation = None;
        while violation.is_none() && go_on() {
            let now @ (opened, closed) = counting.opened_and_closed();
            let live = opened.checked_sub(closed);
            let grows = before.0 <= opened && before.1 <= closed;
            if !grows || live.is_none_or(|live| live > THREADS) {
                violation = Some(format!("{before:?}, then {now:?}"));
            }
            before = now;
        }
        stop.store(true, Ordering::Relaxed);
        violation
    })
}

#[test]
fn opened_minus_closed_is_live_in_every_snapshot() {
    let mut snapshots = 0..20_000;
    let statistics = StreamStatistics::new();
    let violation = first_violation(&statistics, || snapshots.next().is_some());
    assert_eq!(violation, None);
    assert_eq!(statistics.snapshot().live(), 0);
}

/// Two counters that are read one after another.
#[derive(Default)]
struct Torn {
    opened: AtomicU64,
    closed: AtomicU64,
    closed_first: bool,
}

impl StreamObserver for Torn {
    fn opened(&self) {
        self.opened.fetch_add(1, Ordering::SeqCst);
    }

    fn closed(&self, _: CloseReason, _: Duration) {
        self.closed.fetch_add(1, Ordering::SeqCst);
    }
}

impl Counting for Torn {
    fn opened_and_closed(&self) -> (u64, u64) {
        let [first, second] = if self.closed_first {
            [&self.closed, &self.opened]
        } else {
            [&self.opened, &self.closed]
        };
        let first = first.load(Ordering::SeqCst);
        thread::yield_now();
        let second = second.load(Ordering::SeqCst);
        if self.closed_first {
            (second, first)
        } else {
            (first, second)
        }
    }
}

/// The negative control.
#[test]
fn counters_that_are_read_one_after_another_are_caught_in_either_order() {
    for closed_first in [false, true] {
        let torn = Torn {
            closed_first,
            ..Torn::default()
        };
        let start = Instant::now();
        let violation = first_violation(&torn, || start.elapsed() < Duration::from_secs(60));
        assert!(violation.is_some(), "closed first: {closed_first}");
    }
}
