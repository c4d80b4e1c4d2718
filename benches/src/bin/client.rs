//! Measures the client beside others. See `benches/README.md`.

use core::error::Error;
use std::process::ExitCode;

use lexopt::prelude::*;
use sse_benches::{
    client::{
        cell::{CONTENDERS, Cell},
        markdown, parent,
        scene::Scene,
    },
    document::{self, Part},
    fanout::heap::CountingAllocator,
    peer::Failure,
};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const USAGE: &str = "\
Measures the client of sse-tower beside other clients of event streams.

Usage: client [options]
  --part NAME         only this (may be repeated): processor, memory
  --scene TEXT        only those whose names contain this: fast, large, slow
  --contender TEXT    only those whose names contain this
  --rounds N          runs of each contender (11)
  --quick             fewer runs
  --write             writes the tables into docs/benchmarks.md
  --date TEXT         the date to write, if not today's
";

fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        Some(parent::CHILD) => child().map_err(|Failure(text)| text.into()),
        _ => options().map_err(Box::from).and_then(run),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// This process is a client that another one measures.
fn child() -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args().skip(2).collect();
    let [contender, scene, server, counts_heap] = &arguments[..] else {
        return Err(Failure("this is for the program itself".into()));
    };
    let listed = CONTENDERS.iter().find(|it| it.name == contender);
    let (Some(listed), Some(scene)) = (listed, Scene::from_name(scene)) else {
        return Err(Failure("no such contender or scene".into()));
    };
    (listed.run)(server.parse()?, scene, counts_heap.parse()?)
}

struct Options {
    parts: Vec<String>,
    scene: String,
    contender: String,
    rounds: usize,
    write: bool,
    date: Option<String>,
}

fn options() -> Result<Options, lexopt::Error> {
    let mut options = Options {
        parts: Vec::new(),
        scene: String::new(),
        contender: String::new(),
        rounds: 11,
        write: false,
        date: None,
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("part") => options.parts.push(arguments.value()?.string()?),
            Long("scene") => options.scene = arguments.value()?.string()?,
            Long("contender") => options.contender = arguments.value()?.string()?,
            Long("rounds") => options.rounds = arguments.value()?.parse()?,
            Long("quick") => options.rounds = 3,
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
        Part::CLIENT.check(&document::path())?;
    }
    let scenes = Scene::ALL.into_iter();
    let scenes: Vec<_> = scenes
        .filter(|scene| scene.name.contains(&options.scene))
        .collect();
    for contender in &CONTENDERS {
        for scene in &scenes {
            let checked = (contender.check)(*scene);
            checked.map_err(|wrong| format!("{}, {}: {wrong:?}", contender.name, scene.name))?;
        }
    }
    eprintln!("all bring the same events");
    let wanted = |part: &str| options.parts.is_empty() || options.parts.iter().any(|it| it == part);
    let measure = |scene: Scene, rounds, counts_heap| {
        let cell = Cell::measure(scene, &options.contender, rounds, counts_heap);
        eprintln!("measured {}", scene.name);
        cell.map_err(|Failure(text)| text)
    };
    let mut text = String::new();
    let mut tell = |title: &str, table: &str| {
        println!("{title}\n\n{table}");
        text += &format!("\n### {title}\n\n{table}");
    };
    if wanted("processor") {
        let cells: Result<Vec<_>, _> = scenes
            .iter()
            .map(|scene| measure(*scene, options.rounds, false))
            .collect();
        let cells = cells?;
        let ratios = markdown::ratios(&cells, |used| used.processor_nanoseconds);
        tell("Client: times the processor time of ours", &ratios);
        tell("Client: processor time", &markdown::processor(&cells));
    }
    if wanted("memory") {
        let cells = [measure(Scene::SLOW, options.rounds.min(5), true)?];
        let ratios = markdown::ratios(&cells, |used| used.heap_bytes);
        tell("Client: times the live heap of ours", &ratios);
        let ratios = markdown::ratios(&cells, |used| used.resident_bytes);
        tell("Client: times the memory of ours", &ratios);
        let memory = markdown::memory(&cells[0]);
        tell("Client: memory of a stream, at 1000 streams", &memory);
    }
    if options.write {
        let mut circumstances = document::circumstances(options.date)?;
        circumstances += &format!("- {} interleaved runs of each client\n", options.rounds);
        let text = format!("{circumstances}{text}");
        Part::CLIENT.write(&document::path(), &text)?;
    }
    Ok(())
}
