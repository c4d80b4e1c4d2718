//! `sse-cat`: an event stream in, one line of JSON for each of its items out.
//!
//! ```text
//! curl -sN http://127.0.0.1:3000/events | sse-cat
//! ```
//!
//! It is the decoder with a command line around it: what it prints is what the standard says
//! that the bytes mean. `sse-cat --help` has the options.

mod arguments;
mod cat;
mod line;

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use arguments::{Command, HELP};
use cat::Failure;

fn main() -> ExitCode {
    let options = match Command::parse(lexopt::Parser::from_env()) {
        Ok(Command::Run(options)) => options,
        Ok(Command::Help) => return say(HELP),
        Ok(Command::Version) => return say(concat!("sse-cat ", env!("CARGO_PKG_VERSION"))),
        Err(error) => {
            eprintln!("sse-cat: {error}\nTry 'sse-cat --help'.");
            return ExitCode::from(2);
        }
    };
    let result = standard_input()
        .map_err(Failure::Input)
        .and_then(|input| cat::cat(input, io::stdout().lock(), &options));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the lines has enough of them.
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("sse-cat: {failure}");
            ExitCode::FAILURE
        }
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
