//! How time is taken: medians of interleaved runs, in processor time of this thread.
//!
//! The machine may have other work. Processor time leaves out what others ran in between, and
//! interleaving gives every contender the same share of whatever else slows the machine down.

use core::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// How often and how long to measure.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Runs of each contender.
    pub rounds: usize,
    /// Each run repeats the work until it takes so long.
    pub run: Duration,
}

impl Effort {
    /// What the published tables are made with.
    pub const FULL: Self = Self {
        rounds: 5,
        run: Duration::from_millis(20),
    };
    /// For a look.
    pub const QUICK: Self = Self {
        rounds: 3,
        run: Duration::from_millis(8),
    };
}

/// Something to be timed, with what it uses up.
pub type Work<'a> = Box<dyn FnOnce() + 'a>;

/// Measures each contender's work and gives the median duration of doing it once.
pub fn interleaved<'a>(
    effort: Effort,
    contenders: &mut [&mut dyn FnMut() -> Work<'a>],
) -> Vec<Duration> {
    let repeats: Vec<_> = contenders
        .iter_mut()
        .map(|work| repeats(effort, time(1, *work)))
        .collect();
    let mut runs = vec![Vec::with_capacity(effort.rounds); contenders.len()];
    for _ in 0..effort.rounds {
        for (contender, work) in contenders.iter_mut().enumerate() {
            runs[contender].push(time(repeats[contender], *work));
        }
    }
    runs.into_iter().map(median).collect()
}

fn repeats(effort: Effort, once: Duration) -> u32 {
    let repeats = effort.run.as_nanos() / once.as_nanos().max(1) + 1;
    u32::try_from(repeats).unwrap_or(u32::MAX)
}

/// The mean duration of so many works, each made before the clock starts.
pub fn time<'a>(repeats: u32, prepare: &mut dyn FnMut() -> Work<'a>) -> Duration {
    let works: Vec<Work<'a>> = (0..repeats).map(|_| prepare()).collect();
    let start = processor_time();
    for work in works {
        work();
    }
    (processor_time() - start) / repeats
}

fn median(mut runs: Vec<Duration>) -> Duration {
    runs.sort_unstable();
    runs[runs.len() / 2]
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}
