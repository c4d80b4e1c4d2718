//! What is measured: all stores in turns, each round.

use core::{error::Error, time::Duration};
use std::collections::BTreeMap;

use super::{
    append::{self, Load},
    backend::Backend,
    raw_script::{Pipelines, RawScript},
    replay::Replay,
    telling::Telling,
};
use crate::fanout::cell::{Effort, median};

/// What the published tables are made with.
pub const FULL: Effort = Effort {
    rounds: 7,
    run: Duration::from_millis(300),
};

/// Subscribers of all nodes together.
pub const SUBSCRIBERS: usize = 1_000;

/// Events in a burst.
pub const BURST: u64 = 64;

/// What a store does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// An append when the one before is acknowledged.
    Append,
    /// 64 on their way, to as many logs.
    AppendToMany,
    /// 64 on their way, to one log.
    AppendToOne,
    /// 800 on their way, to one log: as many as `redis-benchmark` has with its default of 50 connections.
    AppendDeep,
    /// The script alone: one at a time.
    RawOneAtATime,
    /// The script alone: 64 on their way.
    RawPipelined,
    /// The script alone: 800 on their way.
    RawDeep,
    /// 1,000 records.
    Replay,
    /// An event for 1,000 subscribers on two nodes.
    FanOut,
    /// 64 of them, one after the other, before it is waited for all.
    FanOutBurst,
    /// An event for one subscriber on the other node.
    Latency,
}

impl Work {
    /// What is measured of every store.
    pub const ALL: [Self; 7] = [
        Self::Append,
        Self::AppendToMany,
        Self::AppendToOne,
        Self::Replay,
        Self::FanOut,
        Self::FanOutBurst,
        Self::Latency,
    ];

    /// What is measured of Redis besides, each beside what it is compared with.
    pub const RAW: [Self; 4] = [
        Self::RawOneAtATime,
        Self::RawPipelined,
        Self::AppendDeep,
        Self::RawDeep,
    ];

    const fn load(self) -> Option<Load> {
        let (in_flight, logs) = match self {
            Self::Append => (1, 1),
            Self::AppendToMany => (64, 64),
            Self::AppendToOne => (64, 1),
            Self::AppendDeep => (800, 1),
            _ => return None,
        };
        Some(Load { in_flight, logs })
    }

    /// How `redis-benchmark` does it.
    #[must_use]
    pub const fn pipelines(self) -> Option<Pipelines> {
        let (clients, pipeline) = match self {
            Self::RawOneAtATime => (1, 1),
            Self::RawPipelined => (4, 16),
            Self::RawDeep => (50, 16),
            _ => return None,
        };
        Some(Pipelines { clients, pipeline })
    }
}

/// What was seen of a store, one of each round.
#[derive(Debug)]
pub struct Measured {
    /// Which store.
    pub store: &'static str,
    /// What an acknowledgement means.
    pub acknowledged: &'static str,
    /// On how many nodes.
    pub nodes: usize,
    /// By work: a rate per second, and for what is told also p50 and p99 in microseconds.
    pub runs: BTreeMap<Work, Vec<[f64; 3]>>,
}

impl Measured {
    /// The median of a column.
    #[must_use]
    pub fn median(&self, work: Work, column: usize) -> f64 {
        let runs = self.runs.get(&work).map_or(&[][..], Vec::as_slice);
        median(runs.iter().map(|run| run[column]).collect())
    }

    /// The median of the ratios of the rates within each round.
    #[must_use]
    pub fn ratio(&self, work: Work, to: Work) -> f64 {
        let runs = |work| self.runs.get(&work).map_or(&[][..], Vec::as_slice);
        let pairs = runs(work).iter().zip(runs(to));
        median(pairs.map(|(one, other)| one[0] / other[0]).collect())
    }
}

/// A store with all that is measured of it.
#[derive(Debug)]
pub struct Scene {
    backend: Backend,
    works: Vec<Work>,
    replay: Option<Replay>,
    raw: Option<RawScript>,
    telling: BTreeMap<Work, Telling>,
    runs: BTreeMap<Work, Vec<[f64; 3]>>,
}

impl Scene {
    /// Opens it, for some works.
    ///
    /// # Errors
    ///
    /// Of the store, or a program is missing.
    pub async fn open(
        name: &'static str,
        wanted: impl Fn(Work) -> bool,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let backend = Backend::open(name).await?;
        let mut works: Vec<_> = Work::ALL.into_iter().filter(|work| wanted(*work)).collect();
        let mut raw = None;
        if let Some(server) = backend.redis() {
            works.extend(Work::RAW.into_iter().filter(|work| wanted(*work)));
            works.sort_unstable();
            raw = Some(RawScript::of(server, &**backend.store()).await?);
        }
        let replay = match works.contains(&Work::Replay) {
            true => Some(Replay::fill(backend.store().clone()).await?),
            false => None,
        };
        let mut telling = BTreeMap::new();
        let (all, one): (&[usize], &[usize]) = match backend.nodes.len() {
            1 => (&[SUBSCRIBERS], &[1]),
            _ => (&[SUBSCRIBERS / 2; 2], &[0, 1]),
        };
        for (work, name, subscribers, burst) in [
            (Work::FanOut, "fan-out", all, 1),
            (Work::FanOutBurst, "bursts", all, BURST),
            (Work::Latency, "latency", one, 1),
        ] {
            if works.contains(&work) {
                let scene = Telling::open(&backend.nodes, name, subscribers, burst);
                telling.insert(work, scene.await?);
            }
        }
        Ok(Self {
            backend,
            works,
            replay,
            raw,
            telling,
            runs: BTreeMap::new(),
        })
    }

    /// Does each of its works once, beginning with another one each round.
    ///
    /// # Errors
    ///
    /// Of the store.
    pub async fn round(
        &mut self,
        round: usize,
        run: Duration,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let mut works = self.works.clone();
        let first = round % works.len().max(1);
        works.rotate_left(first);
        for work in works {
            let seen = self.once(work, run).await?;
            self.runs.entry(work).or_default().push(seen);
        }
        Ok(())
    }

    async fn once(
        &mut self,
        work: Work,
        run: Duration,
    ) -> Result<[f64; 3], Box<dyn Error + Send + Sync>> {
        let store = self.backend.store();
        let rate = |rate| [rate, f64::NAN, f64::NAN];
        if let Some(load) = work.load() {
            return append::run(store, load, run).await.map(rate);
        }
        if let (Some(pipelines), Some(raw)) = (work.pipelines(), &self.raw) {
            // As many as take about so long.
            let before = self.runs.get(&work).and_then(|runs| runs.last());
            let expected = before.map_or(10_000.0, |run| run[0]);
            let requests = (expected * run.as_secs_f64()).max(1_000.0) as u64;
            return raw.run(&**store, pipelines, requests).await.map(rate);
        }
        if let Some(telling) = self.telling.get_mut(&work) {
            let told = telling.run(run).await?;
            return Ok([told.per_second, told.p50, told.p99]);
        }
        match &self.replay {
            Some(replay) => replay.run(run).await.map(rate),
            None => Err(format!("{work:?} was not prepared").into()),
        }
    }

    /// What was seen.
    #[must_use]
    pub fn measured(self) -> Measured {
        Measured {
            store: self.backend.name,
            acknowledged: self.backend.acknowledged,
            nodes: self.backend.nodes.len(),
            runs: self.runs,
        }
    }
}
