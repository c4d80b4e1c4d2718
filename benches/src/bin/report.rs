//! Measures the codec and the layers, and writes the results into `docs/benchmarks.md`, between its two
//! markers; what stands outside them stays.

use core::error::Error;
use std::{path::PathBuf, process::ExitCode};

use lexopt::prelude::*;
use sse_benches::{
    decoding::{self, Selection},
    document::{self, Part},
    encoders, encoding, layering, markdown,
    measure::Effort,
    message::CASES,
    peers,
};

const USAGE: &str = "\
Measures the codec and the layers, and writes the results into docs/benchmarks.md.

Usage: report [options]
  --output FILE  another file, which must have the two markers
  --date TEXT    the date to write, if not today's
  --quick        fewer and shorter runs
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut arguments = lexopt::Parser::from_env();
    let mut output = document::path();
    let (mut date, mut effort) = (None, Effort::FULL);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("output") => output = PathBuf::from(arguments.value()?),
            Long("date") => date = Some(arguments.value()?.string()?),
            Long("quick") => effort = Effort::QUICK,
            other => return Err(other.unexpected().into()),
        }
    }
    // Before some minutes are spent: can the result be written?
    Part::REPORT.check(&output)?;

    let mut text = format!(
        "## Where and with what\n\n{}\n",
        circumstances(date, effort)?
    );
    let cells = decoding::run(&Selection::all(effort), |cell| {
        eprintln!("decoded {}, {}", cell.corpus, cell.chunking.name());
    });
    text += &format!("## Decoding\n\n{}", markdown::decoding(&cells));
    let rows = encoding::run(&CASES, effort, |row| eprintln!("encoded {}", row.case));
    text += &format!("## Encoding\n\n{}", markdown::encoding(&rows));
    let costs = layering::run(effort);
    text += &format!("\n## Layers\n\n{}", markdown::layering(&costs));

    Part::REPORT.write(&output, &text)
}

fn circumstances(date: Option<String>, effort: Effort) -> Result<String, Box<dyn Error>> {
    let mut text = document::circumstances(date)?;
    text += &format!(
        "- {} interleaved runs of at least {} ms each, of which the median counts\n\n",
        effort.rounds,
        effort.run.as_millis()
    );
    text += "| crate | version | measured at |\n|---|---|---|\n";
    let decoders = peers::all().map(|peer| (peer.name(), peer.version(), "decoding"));
    let encoders = encoders::all().map(|peer| (peer.name(), peer.version(), "encoding"));
    for (name, version, what) in decoders.chain(encoders) {
        text += &format!("| {name} | {version} | {what} |\n");
    }
    Ok(text)
}
