//! Measures encoding. See `benches/README.md`.

use core::error::Error;
use std::{path::PathBuf, process::ExitCode};

use lexopt::prelude::*;
use sse_benches::{encoding, markdown, measure::Effort, message::CASES, table};

const USAGE: &str = "\
Measures how fast events are encoded, ours and the other crates'.

Usage: encode [options]
  --case NAME      only this case (may be repeated): llm, chat, tiny, patches, json
  --rounds N       runs of each encoder, of which the median counts (5)
  --quick          fewer and shorter runs
  --markdown FILE  also writes the tables to this file

The ratios are to the fastest other crate that writes all data rightly; a * marks those that do
not, if not in the case at hand.
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
    let Some(Options {
        cases,
        effort,
        markdown_file,
    }) = options()?
    else {
        print!("{USAGE}");
        return Ok(());
    };
    let rows = encoding::run(&cases, effort, |row| println!("{}", table::row_lines(row)));
    if let Some(file) = markdown_file {
        std::fs::write(file, markdown::encoding(&rows))?;
    }
    Ok(())
}

struct Options {
    cases: Vec<&'static str>,
    effort: Effort,
    markdown_file: Option<PathBuf>,
}

/// What the command line asks for; `None` for the usage.
fn options() -> Result<Option<Options>, lexopt::Error> {
    let mut arguments = lexopt::Parser::from_env();
    let (mut cases, mut effort) = (Vec::new(), Effort::FULL);
    let (mut rounds, mut markdown_file) = (None, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("case") => {
                let name = arguments.value()?.string()?;
                let known = CASES.into_iter().find(|known| *known == name);
                cases.push(known.ok_or_else(|| format!("no case `{name}`"))?);
            }
            Long("rounds") => rounds = Some(arguments.value()?.parse()?),
            Long("quick") => effort = Effort::QUICK,
            Long("markdown") => markdown_file = Some(arguments.value()?.into()),
            Long("help") | Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    if cases.is_empty() {
        cases = CASES.to_vec();
    }
    effort.rounds = rounds.unwrap_or(effort.rounds).max(1);
    Ok(Some(Options {
        cases,
        effort,
        markdown_file,
    }))
}
