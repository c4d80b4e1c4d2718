//! Decodes one corpus in one chunking with one peer, for a profiler: does nothing else, and
//! prints nothing but the tally.
//!
//! `valgrind --tool=callgrind target/release/profile --corpus tiny --chunking whole --times 5`

use std::process::ExitCode;

use lexopt::prelude::*;
use sse_benches::{
    corpus::{Chunking, Corpus},
    peer::Peer,
    peers,
};

const USAGE: &str = "\
Usage: profile --corpus NAME [--chunking NAME] [--peer TEXT] [--times N]
  --corpus NAME     llm, chat, tiny, patches, long_lines, crlf
  --chunking NAME   whole (the default), 16KiB, 1400B, event, 64B
  --peer TEXT       the first peer whose name contains this: borrowed (the default), owned, ...
  --times N         how often to decode all of the corpus (1)
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

fn run() -> Result<(), lexopt::Error> {
    let mut arguments = lexopt::Parser::from_env();
    let (mut corpus, mut chunking, mut peer, mut times) =
        (None, Chunking::Whole, peers::BORROWED, 1);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("corpus") => {
                let name = arguments.value()?.string()?;
                corpus = Some(Corpus::generate(&name).ok_or(format!("no corpus `{name}`"))?);
            }
            Long("chunking") => {
                let name = arguments.value()?.string()?;
                chunking = Chunking::from_name(&name).ok_or(format!("no chunking `{name}`"))?;
            }
            Long("peer") => {
                let name = arguments.value()?.string()?;
                let found: Option<&dyn Peer> =
                    peers::all().find(|peer| peer.name().contains(&name));
                peer = found.ok_or(format!("no peer `{name}`"))?;
            }
            Long("times") => times = arguments.value()?.parse()?,
            other => return Err(other.unexpected()),
        }
    }
    let chunks = corpus.ok_or("which corpus?")?.cut(chunking);
    for _ in 0..times {
        let tally = peer.decode(chunks.clone()).map_err(|failure| failure.0)?;
        println!("{tally:?}");
    }
    Ok(())
}
