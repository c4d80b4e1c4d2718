//! Measures decoding. See `benches/README.md`.

use core::error::Error;
use std::{path::PathBuf, process::ExitCode};

use lexopt::prelude::*;
use sse_benches::{
    corpus::{CORPORA, Chunking},
    decoding::{self, Selection},
    markdown,
    measure::Effort,
    table,
};

const USAGE: &str = "\
Measures how fast event streams are decoded, ours and the other crates'.

Usage: decode [options]
  --corpus NAME     only this corpus (may be repeated): llm, chat, tiny, patches, long_lines, crlf
  --chunking NAME   only this chunking (may be repeated): whole, 16KiB, 1400B, event, 64B
  --peer TEXT       only peers whose name contains this (may be repeated)
  --rounds N        runs of each peer, of which the median counts (5)
  --quick           fewer and shorter runs
  --markdown FILE   also writes the tables to this file

The ratios are to the fastest other crate that decodes the cell rightly.
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
        selection,
        markdown_file,
    }) = options()?
    else {
        print!("{USAGE}");
        return Ok(());
    };
    let cells = decoding::run(&selection, |cell| println!("{}", table::cell_lines(cell)));
    if let Some(file) = markdown_file {
        std::fs::write(file, markdown::decoding(&cells))?;
    }
    Ok(())
}

struct Options {
    selection: Selection,
    markdown_file: Option<PathBuf>,
}

/// What the command line asks for; `None` for the usage.
fn options() -> Result<Option<Options>, lexopt::Error> {
    let mut arguments = lexopt::Parser::from_env();
    let mut selection = Selection::all(Effort::FULL);
    let (mut corpora, mut chunkings) = (Vec::new(), Vec::new());
    let (mut rounds, mut markdown_file) = (None, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("corpus") => {
                let name = arguments.value()?.string()?;
                let known = CORPORA.into_iter().find(|known| *known == name);
                corpora.push(known.ok_or_else(|| format!("no corpus `{name}`"))?);
            }
            Long("chunking") => {
                let name = arguments.value()?.string()?;
                let known = Chunking::from_name(&name);
                chunkings.push(known.ok_or_else(|| format!("no chunking `{name}`"))?);
            }
            Long("peer") => selection.peers.push(arguments.value()?.string()?),
            Long("rounds") => rounds = Some(arguments.value()?.parse()?),
            Long("quick") => selection.effort = Effort::QUICK,
            Long("markdown") => markdown_file = Some(arguments.value()?.into()),
            Long("help") | Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    if !corpora.is_empty() {
        selection.corpora = corpora;
    }
    if !chunkings.is_empty() {
        selection.chunkings = chunkings;
    }
    selection.effort.rounds = rounds.unwrap_or(selection.effort.rounds).max(1);
    Ok(Some(Options {
        selection,
        markdown_file,
    }))
}
