//! Resume: how long it takes until a client that comes back gets the first of what it has missed.

use std::time::Instant;

use super::{kept::Kept, replay::read_until};
use crate::fanout::cell::median;

/// Where a client was.
pub const CURSORS: [&str; 3] = ["the beginning", "the middle", "1,000 before the end"];

/// How long it takes.
#[derive(Debug)]
pub struct Resume {
    /// Which store.
    pub store: &'static str,
    /// How many events it keeps.
    pub events: u64,
    /// The median at each cursor, in microseconds.
    pub micros: [f64; CURSORS.len()],
}

impl Resume {
    /// The slowest to the fastest cursor.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        let max = self.micros.into_iter().fold(0.0, f64::max);
        max / self.micros.into_iter().fold(f64::INFINITY, f64::min)
    }
}

/// Comes back so many times to each cursor, in turns: from the subscription to the first batch that
/// has an event.
///
/// # Panics
///
/// When an event is missing.
pub async fn run(log: &Kept, times: usize) -> Resume {
    let mut runs = [const { Vec::new() }; CURSORS.len()];
    for time in 0..times {
        // Not always the same page.
        let ahead = time as u64 * 7 % 700;
        let seen = [1, log.events / 2, log.events - 1_000].map(|cursor| cursor + ahead);
        for (runs, seen) in runs.iter_mut().zip(seen) {
            let subscription = log.after(seen);
            let start = Instant::now();
            let subscriber = log.hub.subscribe(subscription).await;
            let mut subscriber = subscriber.expect("anybody may");
            read_until(&mut subscriber, seen + 1).await;
            runs.push(start.elapsed().as_secs_f64() * 1e6);
        }
    }
    Resume {
        store: log.store,
        events: log.events,
        micros: runs.map(median),
    }
}
