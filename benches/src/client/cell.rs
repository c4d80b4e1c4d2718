//! What is measured: contenders in turns, all of them in each round.

use core::net::SocketAddr;

use super::{
    agreement::{self, Disagreement},
    child::{self, Used},
    contender::{Brings, Contender},
    contenders::{EventsourceClient, Floor, Ours, OursOverReqwest, ReqwestEventsource, Sseer},
    parent,
    scene::Scene,
};
use crate::{fanout::cell::median, peer::Failure};

/// A contender as it is listed.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// Its name.
    pub name: &'static str,
    /// What its streams bring.
    pub brings: Brings,
    /// Runs it as this process.
    pub run: fn(SocketAddr, Scene, bool) -> Result<(), Failure>,
    /// Checks it.
    pub check: fn(Scene) -> Result<(), Disagreement>,
}

impl Listed {
    const fn of<C: Contender>() -> Self {
        Self {
            name: C::NAME,
            brings: C::BRINGS,
            run: child::run::<C>,
            check: agreement::check::<C>,
        }
    }

    /// Whether it is the `EventSource` of `sse-tower`.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.name.starts_with(Ours::NAME)
    }
}

/// All contenders, ours first.
pub const CONTENDERS: [Listed; 6] = [
    Listed::of::<Ours>(),
    Listed::of::<OursOverReqwest>(),
    Listed::of::<ReqwestEventsource>(),
    Listed::of::<Sseer>(),
    Listed::of::<EventsourceClient>(),
    Listed::of::<Floor>(),
];

/// A contender and what each of its runs used up.
#[derive(Debug, Clone)]
pub struct Row {
    /// Who.
    pub contender: Listed,
    /// Each run, one a round.
    pub runs: Vec<Used>,
}

/// What all contenders use up in a scene.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Which scene.
    pub scene: Scene,
    /// How many events there are in the steps that are timed, on all streams.
    pub events: u64,
    /// Each contender.
    pub rows: Vec<Row>,
}

impl Cell {
    /// Measures those contenders whose names contain a text.
    ///
    /// # Errors
    ///
    /// A client fails.
    pub fn measure(
        scene: Scene,
        contender: &str,
        rounds: usize,
        counts_heap: bool,
    ) -> Result<Self, Failure> {
        let script = scene.script()?;
        let timed = script.iter().skip(scene.warm_up);
        let events = timed.map(|step| step.events).sum::<u64>() * scene.streams as u64;
        let chosen = CONTENDERS.iter().filter(|it| it.name.contains(contender));
        let mut rows: Vec<_> = chosen
            .map(|it| Row {
                contender: *it,
                runs: Vec::new(),
            })
            .collect();
        for round in 0..rounds {
            // Each begins a round as often as any other.
            let count = rows.len();
            for index in 0..count {
                let row = &mut rows[(round + index) % count];
                let Listed { name, brings, .. } = row.contender;
                let used = parent::run(name, brings, scene, &script, counts_heap)?;
                row.runs.push(used);
            }
        }
        Ok(Self {
            scene,
            events,
            rows,
        })
    }
}

impl Row {
    /// The median of what each run tells.
    pub fn median(&self, figure: impl Fn(&Used) -> u64) -> f64 {
        median(self.runs.iter().map(|run| figure(run) as f64).collect())
    }

    /// The median of the ratios, round by round, of what this row's run tells to what the other's
    /// does.
    pub fn ratio(&self, other: &Self, figure: impl Fn(&Used) -> u64) -> f64 {
        let pairs = self.runs.iter().zip(&other.runs);
        let ratios = pairs.map(|(one, other)| figure(one) as f64 / figure(other) as f64);
        median(ratios.collect())
    }
}
