//! A run.

use core::{ops::AddAssign, time::Duration};
use std::{thread, time::Instant};

use sse_tests::servers::Place;

use crate::{
    client::{Client, Fault},
    history::{CHANNELS, Entry},
    judge::{Violation, judge},
    process::Process,
};

/// After this a test fails instead of waiting for ever.
const DEADLINE: Duration = Duration::from_secs(60);

/// What has happened.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) kills: u64,
    pub(crate) published: u64,
    pub(crate) pauses: u64,
    pub(crate) events: usize,
    pub(crate) streams: usize,
    pub(crate) reconnections: usize,
    pub(crate) gaps: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.kills += other.kills;
        self.published += other.published;
        self.pauses += other.pauses;
        self.events += other.events;
        self.streams += other.streams;
        self.reconnections += other.reconnections;
        self.gaps += other.gaps;
    }
}

/// SplitMix64.
#[derive(Debug)]
struct Random(u64);

impl Random {
    /// Less than that.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// Kills the server so many times, and judges each client.
pub(crate) fn run(seed: u64, kills: u64, fault: Fault) -> Result<Counts, Violation> {
    let mut random = Random(seed);
    let place = Place::new();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
    let clients: Vec<_> = [&[0][..], &[1], &[2], &[0, 1], &[2, 0], &[0, 1, 2]]
        .into_iter()
        .map(|channels| Client::start(runtime.handle(), place.address(), channels.to_vec(), fault))
        .collect();
    let mut counts = Counts {
        kills,
        ..Counts::default()
    };
    let mut last = [0; CHANNELS.len()];
    for _ in 0..kills {
        let mut process = Process::start(&place, &last, u64::MAX);
        let mut left = 1 + random.below(400);
        while let Some((channel, number)) = process.published() {
            last[channel] = number;
            if random.below(30) == 0 {
                let client = &clients[random.below(clients.len() as u64) as usize];
                // Some longer than what is kept, some not; some while the server is away.
                if random.below(3) == 0 {
                    counts.pauses += 1;
                    client.handle.pause();
                } else {
                    client.handle.resume();
                }
            }
            left -= 1;
            if left == 0 {
                break;
            }
        }
        assert_eq!(left, 0, "seed {seed}: the server has ended by itself");
        process.kill();
        while let Some((channel, number)) = process.published() {
            last[channel] = number;
        }
    }
    // Everybody comes back, and one more is published on each channel.
    let mut process = Process::start(&place, &last, 1);
    for _ in CHANNELS {
        let (channel, number) = process.published().unwrap();
        last[channel] = number;
    }
    clients.iter().for_each(|client| client.handle.resume());
    let begun = Instant::now();
    while !clients.iter().all(|client| client.has_come_to(&last)) {
        // The judge says what is wrong.
        if begun.elapsed() > DEADLINE || fault != Fault::None && begun.elapsed() > DEADLINE / 12 {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    counts.published = last.iter().sum();
    for client in &clients {
        let history = client.history();
        judge(&history, &client.channels, &last)?;
        let count = |is_it: fn(&&Entry) -> bool| history.iter().filter(is_it).count();
        counts.events += count(|it| matches!(it, Entry::Event { .. }));
        counts.streams += count(|it| matches!(it, Entry::Open));
        counts.reconnections += count(|it| matches!(it, Entry::Reconnecting));
        counts.gaps += count(|it| matches!(it, Entry::Gap { .. }));
    }
    Ok(counts)
}
