//! Measures everything and writes the results into `docs/benchmarks.md`, between its two
//! markers; what stands outside them stays.

use core::error::Error;
use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
};

use lexopt::prelude::*;
use sse_benches::{
    decoding::{self, Selection},
    encoders, encoding, layering, markdown,
    measure::Effort,
    message::CASES,
    peers,
};

const USAGE: &str = "\
Measures everything and writes the results into docs/benchmarks.md.

Usage: report [options]
  --output FILE  another file, which must have the two markers
  --date TEXT    the date to write, if not today's
  --quick        fewer and shorter runs
";

const BEGIN: &str = "<!-- Generated from here on: cargo run --release --bin report -->\n";
const END: &str = "<!-- Generated up to here -->\n";

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
    let mut output = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/benchmarks.md"
    ));
    let (mut date, mut effort) = (None, Effort::FULL);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("output") => output = arguments.value()?.into(),
            Long("date") => date = Some(arguments.value()?.string()?),
            Long("quick") => effort = Effort::QUICK,
            other => return Err(other.unexpected().into()),
        }
    }
    // Before some minutes are spent: can the result be written?
    split(&fs::read_to_string(&output)?)?;

    let date = date.map_or_else(|| said_by("date", &["-u", "+%Y-%m-%d"]), Ok)?;
    let mut text = format!(
        "## Where and with what\n\n{}\n",
        circumstances(&date, effort)?
    );
    let cells = decoding::run(&Selection::all(effort), |cell| {
        eprintln!("decoded {}, {}", cell.corpus, cell.chunking.name());
    });
    text += &format!("## Decoding\n\n{}", markdown::decoding(&cells));
    let rows = encoding::run(&CASES, effort, |row| eprintln!("encoded {}", row.case));
    text += &format!("## Encoding\n\n{}", markdown::encoding(&rows));
    let costs = layering::run(effort);
    text += &format!("\n## Layers\n\n{}", markdown::layering(&costs));

    // Read again, as somebody may have written in the meantime.
    let document = fs::read_to_string(&output)?;
    let (before, after) = split(&document)?;
    fs::write(&output, format!("{before}{BEGIN}\n{text}\n{END}{after}"))?;
    Ok(())
}

/// What stands before and after the generated part.
fn split(document: &str) -> Result<(&str, &str), Box<dyn Error>> {
    let missing = "the output file does not have the two markers";
    let (before, rest) = document.split_once(BEGIN).ok_or(missing)?;
    let (_, after) = rest.split_once(END).ok_or(missing)?;
    Ok((before, after))
}

fn circumstances(date: &str, effort: Effort) -> Result<String, Box<dyn Error>> {
    let cores = std::thread::available_parallelism()?;
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let commit = said_by(
        "git",
        &["describe", "--always", "--dirty=, with changes since"],
    )?;
    let compiler = said_by("rustc", &["--version"])?;
    let mut text = format!(
        "- {date}, commit {commit}\n\
         - {cores} cores of {model}, {} {}, other work on the machine at the same time\n\
         - {compiler}, cargo's release profile, the system's allocator\n\
         - {} interleaved runs of at least {} ms each, of which the median counts\n\n",
        std::env::consts::OS,
        std::env::consts::ARCH,
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

/// The first line that a program prints.
fn said_by(program: &str, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let output = Command::new(program).args(arguments).output()?;
    if !output.status.success() {
        return Err(format!("{program} failed").into());
    }
    Ok(String::from_utf8(output.stdout)?
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned())
}
