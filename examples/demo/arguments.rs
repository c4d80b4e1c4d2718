//! What the command line asks for.

use core::time::Duration;
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt as _};

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Streams this machine's CPU, memory, load and network figures as Server-Sent Events,
and serves a page that draws them.

Usage: demo [OPTIONS]
       cargo run -- [OPTIONS]

Options:
  -l, --listen ADDRESS         where to listen, as HOST:PORT; port 0 takes any free one
                               [default: 127.0.0.1:3000, or any free port if that is taken]
  -i, --interval MILLISECONDS  time between two samples, 200 to 60000 [default: 1000]
  -H, --history FILE           where the newest samples are kept over restarts; one program at a time
                               [default: demo-history.redb beside the program]
  -d, --drain-seconds SECONDS  over how long the ends of the streams are spread
                               when the server ends [default: 2]
  -g, --grace SECONDS          how long after that it waits for clients that do not read
                               [default: 5]
  -h, --help                   print this
  -V, --version                print the version

Ctrl-C (or SIGTERM) ends each stream with a last event, and then the server;
a second one ends it at once.";

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Serve.
    Run(Arguments),
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// How to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// Where to listen.
    pub(crate) listen: Listen,
    /// The time between two samples.
    pub(crate) interval: Duration,
    /// Where the newest samples are kept, if something was asked for.
    pub(crate) history: Option<PathBuf>,
    /// Over how long the ends of the streams are spread.
    pub(crate) drain: Duration,
    /// How long the end then waits for clients that do not read.
    pub(crate) grace: Duration,
}

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Listen {
    /// Nothing was asked for: the default address, or a free port if that one is taken.
    Default,
    /// Here, or not at all.
    At(String),
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            listen: Listen::Default,
            interval: Duration::from_secs(1),
            history: None,
            drain: Duration::from_secs(2),
            grace: Duration::from_secs(5),
        }
    }
}

impl Command {
    /// Reads a command line.
    pub(crate) fn parse(mut parser: Parser) -> Result<Self, lexopt::Error> {
        let mut arguments = Arguments::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Short('l') | Arg::Long("listen") => {
                    arguments.listen = Listen::At(parser.value()?.string()?);
                }
                Arg::Short('i') | Arg::Long("interval") => {
                    arguments.interval = parser.value()?.parse_with(interval)?;
                }
                Arg::Short('H') | Arg::Long("history") => {
                    arguments.history = Some(parser.value()?.into());
                }
                Arg::Short('d') | Arg::Long("drain-seconds") => {
                    arguments.drain = parser.value()?.parse_with(seconds)?;
                }
                Arg::Short('g') | Arg::Long("grace") => {
                    arguments.grace = parser.value()?.parse_with(seconds)?;
                }
                Arg::Short('h') | Arg::Long("help") => return Ok(Self::Help),
                Arg::Short('V') | Arg::Long("version") => return Ok(Self::Version),
                Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => return Err(argument.unexpected()),
            }
        }
        Ok(Self::Run(arguments))
    }
}

/// Below 200 ms the operating system's own counters are too coarse for a CPU figure.
fn interval(text: &str) -> Result<Duration, &'static str> {
    match text.parse() {
        Ok(milliseconds @ 200..=60_000) => Ok(Duration::from_millis(milliseconds)),
        _ => Err("the interval is a number of milliseconds from 200 to 60000"),
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    match text.parse::<u32>() {
        Ok(seconds) => Ok(Duration::from_secs(seconds.into())),
        Err(_) => Err("a time here is a whole number of seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Command, String> {
        Command::parse(Parser::from_args(arguments)).map_err(|error| error.to_string())
    }

    #[test]
    fn no_arguments_are_the_defaults() {
        assert_eq!(parse(&[]), Ok(Command::Run(Arguments::default())));
    }

    #[test]
    fn every_option_is_read_in_its_long_and_its_short_form() {
        let expected = Ok(Command::Run(Arguments {
            listen: Listen::At("[::1]:0".to_owned()),
            interval: Duration::from_millis(250),
            history: Some("a.redb".into()),
            drain: Duration::from_secs(4),
            grace: Duration::from_secs(9),
        }));
        let long = "--listen [::1]:0 --interval=250 --history a.redb --drain-seconds 4 --grace 9";
        for line in [long, "-l[::1]:0 -i 250 -Ha.redb -d 4 -g9"] {
            let arguments: Vec<&str> = line.split(' ').collect();
            assert_eq!(parse(&arguments), expected);
        }
        assert_eq!(parse(&["-h"]), Ok(Command::Help));
        assert_eq!(parse(&["--version", "--nonsense"]), Ok(Command::Version));
    }

    #[test]
    fn every_option_is_in_the_help() {
        for option in [
            "--listen",
            "--interval",
            "--history",
            "--drain-seconds",
            "--grace",
            "--help",
            "--version",
        ] {
            assert!(HELP.contains(option), "{option}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        for interval in ["199", "60001", "-1", "1s", "", "99999999999999999999"] {
            let refusal = parse(&["--interval", interval]).unwrap_err();
            assert!(refusal.contains("200 to 60000"), "{interval}: {refusal}");
        }
        assert!(parse(&["--listen"]).unwrap_err().contains("--listen"));
        assert!(parse(&["--colour"]).unwrap_err().contains("--colour"));
        assert!(parse(&["3000"]).unwrap_err().contains("3000"));
        for option in ["--grace", "--drain-seconds"] {
            let refusal = parse(&[option, "soon"]).unwrap_err();
            assert!(refusal.contains("soon") && refusal.contains("seconds"));
        }
    }
}
