//! The demo: this machine's figures as an event stream, and a page that draws them.
//!
//! `cargo run` at the root of the workspace starts it; `cargo run -- --help` says what it can do.
//!
//! One task reads the figures and encodes each event once ([`sampler`]) into a [`history`]; every
//! connection reads that ([`server`]), so a hundred open pages cost no more encoding than one, and one
//! that comes back goes on where it was, after a restart too.

mod arguments;
mod events;
mod figures;
mod history;
mod listener;
mod machine;
mod page;
mod sampler;
mod server;
mod shutdown;

use core::error::Error;
use std::borrow::Cow;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use arguments::{Arguments, Command, HELP};
use history::{History, KEPT_SAMPLES};
use sse_tower::drain::LeftBehind;
use sse_tower::observe::StreamStatistics;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Command::parse(lexopt::Parser::from_env()) {
        Ok(Command::Run(arguments)) => arguments,
        Ok(Command::Help) => return say(HELP),
        Ok(Command::Version) => return say(concat!("demo ", env!("CARGO_PKG_VERSION"))),
        Err(error) => {
            eprintln!("demo: {error}\nTry 'demo --help'.");
            return ExitCode::from(2);
        }
    };
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until a signal ends it.
async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error + Send + Sync>> {
    let drain = shutdown::drain(arguments)?;
    shutdown::on_signal(drain.clone())?;
    let listener = listener::bind(&arguments.listen).await?;
    let url = listener::url(listener.local_addr()?);
    let statistics = Arc::new(StreamStatistics::new());
    let file = history_file(arguments)?;
    let history = match arguments.history {
        Some(_) => History::open(&file).await?,
        None => History::open_or_forget(&file).await?,
    };
    let feed = sampler::start(arguments.interval, Arc::clone(&statistics), history.clone()).await?;
    let server = server::serve(listener, feed, statistics, &drain);
    say(&format!(
        "This machine's figures, every {:?}:\n\n    page     {url}\n    stream   curl -N {url}events\n    \
         history  {} (the last {KEPT_SAMPLES} samples)\n\nCtrl-C ends it; started again, it goes on.",
        arguments.interval,
        history.place(&file)
    ));
    match drain.serve(server).await {
        Ok(served) => served?,
        Err(LeftBehind { streams, .. }) => eprintln!(
            "Some connections did not end in time and are cut, {streams} of them event streams."
        ),
    }
    history.close().await;
    Ok(())
}

/// Beside the program, where nobody else writes and `cargo clean` removes it, unless told otherwise.
fn history_file(arguments: &Arguments) -> io::Result<Cow<'_, Path>> {
    match &arguments.history {
        Some(file) => Ok(Cow::Borrowed(file)),
        None => {
            let program = std::env::current_exe()?;
            Ok(Cow::Owned(program.with_file_name("demo-history.redb")))
        }
    }
}

/// Prints `text`. Nobody may be listening any more, which ends nothing.
fn say(text: &str) -> ExitCode {
    let _ = writeln!(io::stdout(), "{text}");
    ExitCode::SUCCESS
}
