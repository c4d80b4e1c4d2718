//! `sse-cat`: an event stream in, from a server or from standard input; its items out.
//!
//! ```text
//! sse-cat http://127.0.0.1:3000/events
//! curl -sN http://127.0.0.1:3000/events | sse-cat
//! ```
//!
//! It is the client, or the decoder, with a command line around it: what it prints is what the
//! standard says that the bytes mean. `sse-cat --help` has the options.

mod arguments;
mod cat;
mod exit;
mod follow;
mod limits;
mod line;
mod output_closed;
mod printer;
mod request;
mod transport;

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use arguments::{Command, Connection, HELP, Options};
use cat::Failure;
use exit::Exit;
use hyper_util::client::legacy::connect::HttpConnector;
use request::Target;

fn main() -> ExitCode {
    let result = match Command::parse(lexopt::Parser::from_env()) {
        Ok(Command::Read(options)) => standard_input()
            .map_err(Failure::Input)
            .and_then(|input| cat::cat(input, io::stdout().lock(), &options))
            .map(|()| Exit::Complete),
        Ok(Command::Follow(options, target, connection)) => run(&options, &target, &connection),
        Ok(Command::Help) => return say(HELP.trim_end()),
        Ok(Command::Version) => return say(concat!("sse-cat ", env!("CARGO_PKG_VERSION"))),
        Err(error) => {
            eprintln!("sse-cat: {error}\nTry 'sse-cat --help'.");
            return ExitCode::from(Exit::Usage as u8);
        }
    };
    match result {
        Ok(exit) => ExitCode::from(exit as u8),
        // Whoever read the lines has enough of them.
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("sse-cat: {failure}");
            ExitCode::from(Exit::Files as u8)
        }
    }
}

/// Connects. SIGINT is not caught: it ends the program at once, and what was complete is out.
fn run(options: &Options, target: &Target, connection: &Connection) -> Result<Exit, Failure> {
    let request = target.request().map_err(Failure::Input)?;
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().map_err(Failure::Input)?;
    let output = io::stdout().lock();
    let is_plain = target.uri.scheme() == Some(&http::uri::Scheme::HTTP);
    match transport::secure() {
        Ok(connector) => {
            let service = transport::service(connector);
            runtime.block_on(follow::follow(
                service, request, output, options, connection,
            ))
        }
        // Without certificates there is still HTTP.
        Err(_) if is_plain => {
            let service = transport::service(HttpConnector::new());
            runtime.block_on(follow::follow(
                service, request, output, options, connection,
            ))
        }
        Err(error) => Err(Failure::Input(error)),
    }
}

/// Standard input as the file that it is: `io::stdin` takes one that cannot be read for an empty
/// one.
#[cfg(unix)]
fn standard_input() -> io::Result<impl io::Read> {
    use std::os::fd::AsFd as _;

    io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .map(std::fs::File::from)
}

#[cfg(not(unix))]
fn standard_input() -> io::Result<impl io::Read> {
    Ok(io::stdin().lock())
}

/// Prints `text`. Nobody may be listening any more, which ends nothing.
fn say(text: &str) -> ExitCode {
    let _ = writeln!(io::stdout(), "{text}");
    ExitCode::SUCCESS
}
