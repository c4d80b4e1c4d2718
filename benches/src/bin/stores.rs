//! Measures the four stores side by side. See `benches/README.md`.

use core::{error::Error, time::Duration};
use std::process::ExitCode;

use lexopt::prelude::*;
use sse_benches::{
    document::{self, Part},
    fanout::cell::Effort,
    stores::{
        backend, markdown,
        work::{FULL, Measured, Scene, Work},
    },
};

const USAGE: &str = "\
Measures the stores in memory, in a file, on Redis and on NATS, in one run.

Usage: stores [options]
  --store NAME        only this (may be repeated): memory, redb, 'redb, relaxed', redis, nats
  --part NAME         only this (may be repeated): append, script, replay, fanout, latency
  --rounds N          runs of each (7)
  --milliseconds N    how long each run goes on (300)
  --write             writes the tables into docs/benchmarks.md
  --date TEXT         the date to write, if not today's
";

fn main() -> ExitCode {
    match options().map_err(Box::from).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

struct Options {
    stores: Vec<String>,
    parts: Vec<String>,
    effort: Effort,
    write: bool,
    date: Option<String>,
}

impl Options {
    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|it| it == part)
    }

    fn wants_work(&self, work: Work) -> bool {
        let script = self.wants("script");
        match work {
            Work::Append | Work::AppendToOne => script || self.wants("append"),
            Work::AppendToMany => self.wants("append"),
            Work::AppendDeep | Work::RawOneAtATime | Work::RawPipelined | Work::RawDeep => script,
            Work::Replay => self.wants("replay"),
            Work::FanOut | Work::FanOutBurst => self.wants("fanout"),
            Work::Latency => self.wants("latency"),
        }
    }
}

fn options() -> Result<Options, lexopt::Error> {
    let mut options = Options {
        stores: Vec::new(),
        parts: Vec::new(),
        effort: FULL,
        write: false,
        date: None,
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("store") => options.stores.push(arguments.value()?.string()?),
            Long("part") => options.parts.push(arguments.value()?.string()?),
            Long("rounds") => options.effort.rounds = arguments.value()?.parse()?,
            Long("milliseconds") => {
                options.effort.run = Duration::from_millis(arguments.value()?.parse()?);
            }
            Long("write") => options.write = true,
            Long("date") => options.date = Some(arguments.value()?.string()?),
            Long("help") | Short('h') => {
                print!("{USAGE}");
                std::process::exit(0);
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

fn run(options: Options) -> Result<(), Box<dyn Error>> {
    if options.write {
        // Before some minutes are spent: can the result be written?
        Part::STORES.check(&document::path())?;
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build()?;
    // On a worker, as a handler is.
    let (options, measured) = runtime.block_on(async {
        let task = tokio::spawn(async { measure(&options).await.map(|it| (options, it)) });
        let measured: Result<_, Box<dyn Error>> =
            task.await?.map_err(|error| error as Box<dyn Error>);
        measured
    })?;
    let text = tables(&options, &measured);
    println!("{text}");
    if options.write {
        let mut circumstances = document::circumstances(options.date)?;
        circumstances += &format!(
            "- {} rounds, in each of them all works of all stores for {} ms each\n",
            options.effort.rounds,
            options.effort.run.as_millis()
        );
        Part::STORES.write(&document::path(), &format!("{circumstances}{text}"))?;
    }
    Ok(())
}

async fn measure(options: &Options) -> Result<Vec<Measured>, Box<dyn Error + Send + Sync>> {
    let mut scenes = Vec::new();
    for name in backend::NAMES {
        if options.stores.is_empty() || options.stores.iter().any(|it| it == name) {
            scenes.push(Scene::open(name, |work| options.wants_work(work)).await?);
        }
    }
    for round in 0..options.effort.rounds {
        for scene in &mut scenes {
            scene.round(round, options.effort.run).await?;
        }
        eprintln!("round {} of {}", round + 1, options.effort.rounds);
    }
    Ok(scenes.into_iter().map(Scene::measured).collect())
}

fn tables(options: &Options, measured: &[Measured]) -> String {
    let mut text = String::new();
    let mut tell = |part: &str, title: &str, table: &str| {
        if options.wants(part) {
            text += &format!("\n### {title}\n\n{table}");
        }
    };
    tell("append", "Appends per second", &markdown::append(measured));
    if let Some(redis) = measured.iter().find(|it| it.store == "redis") {
        let table = markdown::raw_script(redis);
        tell(
            "script",
            "Redis beside its script alone: appends per second",
            &table,
        );
    }
    tell(
        "replay",
        "Replay of 1,000 records",
        &markdown::replay(measured),
    );
    tell(
        "fanout",
        "1,000 subscribers on all nodes together",
        &markdown::fan_out(measured),
    );
    tell(
        "latency",
        "From publication to delivery",
        &markdown::latency(measured),
    );
    text
}
