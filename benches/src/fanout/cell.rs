//! What is measured: contenders in turns, all of them in each round.

use core::time::Duration;

use super::{
    contender::Contender,
    contenders::{Broadcast, BroadcastStreams, MpscPerConnection, OurHub},
    scene::{self, Run, Setting},
};

/// How often and how long to measure.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Runs of each contender.
    pub rounds: usize,
    /// Each run goes on for at least so long.
    pub run: Duration,
}

impl Effort {
    /// What the published tables are made with.
    pub const FULL: Self = Self {
        rounds: 9,
        run: Duration::from_millis(150),
    };
    /// For a look.
    pub const QUICK: Self = Self {
        rounds: 3,
        run: Duration::from_millis(60),
    };
}

/// A contender as it is listed.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// Its name.
    pub name: &'static str,
    run: fn(Setting, Duration) -> Run,
    bytes: fn(Setting) -> f64,
}

impl Listed {
    const fn of<C: Contender>() -> Self {
        Self {
            name: C::NAME,
            run: scene::run::<C>,
            bytes: scene::bytes_per_subscriber::<C>,
        }
    }
}

/// All contenders, ours first.
pub const CONTENDERS: [Listed; 4] = [
    Listed::of::<OurHub>(),
    Listed::of::<Broadcast>(),
    Listed::of::<BroadcastStreams>(),
    Listed::of::<MpscPerConnection>(),
];

/// One row of a cell: a contender in a setting.
#[derive(Debug, Clone)]
pub struct Row {
    /// Who.
    pub contender: Listed,
    /// How.
    pub setting: Setting,
    /// Each run, one a round.
    pub runs: Vec<Run>,
}

impl Row {
    const fn new(contender: Listed, setting: Setting) -> Self {
        Self {
            contender,
            setting,
            runs: Vec::new(),
        }
    }

    /// The median of what each run tells.
    pub fn median(&self, value: impl Fn(&Run) -> f64) -> f64 {
        median(self.runs.iter().map(value).collect())
    }

    /// The median of the ratios, round by round, of what this row's run tells to what the other's
    /// does.
    pub fn ratio(&self, other: &Self, value: impl Fn(&Run) -> f64) -> f64 {
        let pairs = self.runs.iter().zip(&other.runs);
        median(
            pairs
                .map(|(one, other)| value(one) / value(other))
                .collect(),
        )
    }
}

/// Deliveries per second.
#[must_use]
pub fn rate(run: &Run) -> f64 {
    run.deliveries as f64 / run.elapsed.as_secs_f64()
}

/// Processor time for each delivery, in nanoseconds.
#[must_use]
pub fn cost(run: &Run) -> f64 {
    run.processor.as_secs_f64() * 1e9 / run.deliveries as f64
}

/// The time in which this share of the subscribers was reached, in milliseconds.
pub fn reach(share: f64) -> impl Fn(&Run) -> f64 {
    move |run| {
        let last = run.reach.len().saturating_sub(1);
        let index = (last as f64 * share).round() as usize;
        run.reach.get(index).map_or(f64::NAN, Duration::as_secs_f64) * 1e3
    }
}

/// Rows that are measured in turns.
#[must_use]
pub fn measure(mut rows: Vec<Row>, effort: Effort) -> Vec<Row> {
    for round in 0..effort.rounds {
        // Each begins a round as often as any other.
        let count = rows.len();
        for index in 0..count {
            let row = &mut rows[(round + index) % count];
            let run = (row.contender.run)(row.setting, effort.run);
            row.runs.push(run);
        }
    }
    rows
}

/// All contenders whose names contain a text, at so many subscribers and events in a burst.
#[must_use]
pub fn side_by_side(name: &str, subscribers: usize, burst: u64) -> Vec<Row> {
    let setting = Setting {
        subscribers,
        stalled: 0,
        burst,
    };
    let chosen = CONTENDERS.iter().filter(|it| it.name.contains(name));
    chosen.map(|it| Row::new(*it, setting)).collect()
}

/// The hub and a broadcast, each without and with one in a hundred that do not read.
#[must_use]
pub fn with_stalled(subscribers: usize, burst: u64) -> Vec<Row> {
    let setting = |stalled| Setting {
        subscribers,
        stalled,
        burst,
    };
    let [hub, broadcast, ..] = CONTENDERS;
    let rows = [hub, broadcast].into_iter().flat_map(|contender| {
        [0, subscribers / 100].map(|stalled| Row::new(contender, setting(stalled)))
    });
    rows.collect()
}

/// The name of each contender, and what it holds for each of so many subscribers, in bytes.
#[must_use]
pub fn memory(subscribers: usize) -> Vec<(&'static str, f64)> {
    let setting = Setting {
        subscribers,
        stalled: 0,
        burst: 64,
    };
    let bytes = |it: &Listed| {
        let runs = (0..3).map(|_| (it.bytes)(setting)).collect();
        (it.name, median(runs))
    };
    CONTENDERS.iter().map(bytes).collect()
}

/// The middle one; NaN of none.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
