//! The demo: this machine's figures as an event stream, and a page that draws them.
//!
//! `cargo run` at the root of the workspace starts it; `cargo run -- --help` says what it can do.
//!
//! One task reads the figures and encodes each event once ([`sampler`]); every connection is given
//! the same shared frames ([`server`]), so a hundred open pages cost no more encoding than one.

mod arguments;
mod events;
mod figures;
mod listener;
mod machine;
mod page;
mod sampler;
mod server;
mod shutdown;

use core::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use arguments::{Arguments, Command, HELP};
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
    let feed = sampler::start(arguments.interval, Arc::clone(&statistics)).await?;
    let server = server::serve(listener, feed, statistics, &drain);
    say(&format!(
        "This machine's figures, every {:?}:\n\n    page    {url}\n    stream  curl -N {url}events\n\n\
         Ctrl-C ends it.",
        arguments.interval
    ));
    match drain.serve(server).await {
        Ok(served) => served?,
        Err(LeftBehind { streams, .. }) => eprintln!(
            "Some connections did not end in time and are cut, {streams} of them event streams."
        ),
    }
    Ok(())
}

/// Prints `text`. Nobody may be listening any more, which ends nothing.
fn say(text: &str) -> ExitCode {
    let _ = writeln!(io::stdout(), "{text}");
    ExitCode::SUCCESS
}
