//! Measures the hub and the stores. See `benches/README.md`.

use core::{error::Error, time::Duration};
use std::process::ExitCode;

use lexopt::prelude::*;
use sse_benches::{
    document::{self, Part},
    fanout::{
        agreement,
        cell::{Effort, Row, measure, memory, side_by_side, with_stalled},
        heap::CountingAllocator,
        markdown,
    },
    history::{self, append, kept::Kept, replay, resume},
};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const USAGE: &str = "\
Measures how fast one event reaches many, and what the stores take.

Usage: fanout [options]
  --part NAME         only this (may be repeated): memory, fanout, stalled, history, append
  --subscribers N     only at so many subscribers (1,000 and 10,000)
  --burst N           only in bursts of so many events (1 and 64)
  --contender TEXT    only those whose names contain this: hub, broadcast, recv, mpsc
  --rounds N          runs of each contender (9)
  --milliseconds N    how long each run goes on (150)
  --quick             fewer and shorter runs
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
    parts: Vec<String>,
    subscribers: Vec<usize>,
    bursts: Vec<u64>,
    contender: String,
    effort: Effort,
    write: bool,
    date: Option<String>,
}

fn options() -> Result<Options, lexopt::Error> {
    let mut options = Options {
        parts: Vec::new(),
        subscribers: vec![1_000, 10_000],
        bursts: vec![1, 64],
        contender: String::new(),
        effort: Effort::FULL,
        write: false,
        date: None,
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("part") => options.parts.push(arguments.value()?.string()?),
            Long("subscribers") => options.subscribers = vec![arguments.value()?.parse()?],
            Long("burst") => options.bursts = vec![arguments.value()?.parse()?],
            Long("contender") => options.contender = arguments.value()?.string()?,
            Long("rounds") => options.effort.rounds = arguments.value()?.parse()?,
            Long("milliseconds") => {
                options.effort.run = Duration::from_millis(arguments.value()?.parse()?);
            }
            Long("quick") => options.effort = Effort::QUICK,
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
        Part::FANOUT.check(&document::path())?;
    }
    agreement::check_all().map_err(|wrong| format!("{wrong:?}"))?;
    let effort = options.effort;
    let wanted = |part: &str| options.parts.is_empty() || options.parts.iter().any(|it| it == part);
    let mut text = String::new();
    let mut tell = |title: &str, table: &str| {
        println!("{title}\n\n{table}");
        text += &format!("\n### {title}\n\n{table}");
    };
    if wanted("memory") {
        let most = options.subscribers.iter().copied().max().unwrap_or(1);
        let title = format!("Live heap of a subscriber that waits, at {most} subscribers");
        tell(&title, &markdown::memory(&memory(most)));
    }
    if wanted("fanout") {
        let cells = cells(&options, |subscribers, burst| {
            side_by_side(&options.contender, subscribers, burst)
        });
        tell("Times as fast as the others", &markdown::ratios(&cells));
        tell("Deliveries", &markdown::medians(&cells));
    }
    if wanted("stalled") {
        let cells = cells(&options, with_stalled);
        tell(
            "One subscriber in a hundred does not read",
            &markdown::stalled(&cells),
        );
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_time().build()?;
    if wanted("history") {
        const KEPT: u64 = 1_000_000;
        let done = runtime.block_on(async {
            let logs = [Kept::in_memory(KEPT).await?, Kept::in_a_file(KEPT).await?];
            eprintln!("kept {KEPT} events in each store");
            let replays = replay::run(&logs, effort.rounds).await;
            let mut resumes = Vec::new();
            for log in &logs {
                resumes.push(resume::run(log, effort.rounds * 50).await);
            }
            Ok::<_, Box<dyn Error>>((replays, resumes))
        });
        let (replays, resumes) = done?;
        tell("Replay", &history::markdown::replay(&replays));
        tell("Coming back", &history::markdown::resume(&resumes));
    }
    if wanted("append") {
        let appends = runtime.block_on(append::run(effort.rounds, effort.run * 2))?;
        tell(
            "Appends to the store in a file",
            &history::markdown::append(&appends),
        );
    }
    if options.write {
        let mut circumstances = document::circumstances(options.date)?;
        circumstances += &format!(
            "- {} interleaved runs of at least {} ms each\n",
            effort.rounds,
            effort.run.as_millis()
        );
        let text = format!("{circumstances}{text}");
        Part::FANOUT.write(&document::path(), &text)?;
    }
    Ok(())
}

fn cells(options: &Options, rows: impl Fn(usize, u64) -> Vec<Row>) -> Vec<Vec<Row>> {
    let mut cells = Vec::new();
    for &subscribers in &options.subscribers {
        for &burst in &options.bursts {
            cells.push(measure(rows(subscribers, burst), options.effort));
            eprintln!("measured {subscribers} subscribers, bursts of {burst}");
        }
    }
    cells
}
